/** An object whose every method gives a promise. */
type Asynchronous<T> = {
  [Name in keyof T]: T[Name] extends (...args: infer Args) => Promise<infer Value>
    ? (...args: Args) => Promise<Value>
    : never;
};

/**
 * Stands in for a port until one of its methods is called: most runs find every picture in the store, and
 * need neither journal nor lock, nor the libraries that these load.
 * @param names every method of the port
 * @param load makes the port; called once
 */
export function loadLate<T extends object>(
  names: readonly (keyof T & string)[],
  load: () => Promise<T & Asynchronous<T>>,
): T {
  let loading: Promise<T & Asynchronous<T>> | undefined;
  const methods = names.map((name) => [
    name,
    async (...args: unknown[]): Promise<unknown> => {
      loading ??= load();
      const port = (await loading) as Record<string, (...given: unknown[]) => Promise<unknown>>;
      return await port[name]!(...args);
    },
  ]);
  return Object.fromEntries(methods) as T;
}
