/** Makes a function that tells each message once: sites are built in several passes. */
export function createWarnOnce(print: (message: string) => void): (message: string) => void {
  const told = new Set<string>();
  return (message) => {
    if (!told.has(message)) print(message);
    told.add(message);
  };
}
