import type { Plugin, ResolvedConfig, UserConfig } from 'vite';
import type { BundleFile } from '../output.ts';

/**
 * Puts the plugin where Vite bundles workers: those have plugins of their own.
 * See https://vite.dev/config/worker-options#worker-plugins
 */
export function registerInWorkers(create: () => Plugin): UserConfig {
  return { worker: { plugins: () => [create()] } };
}

/**
 * Fails when a placeholder that only Vite can replace is still there: the page would ask for a file of
 * that name.
 */
export function assertReplaced(bundle: Readonly<Record<string, BundleFile>>): void {
  for (const { fileName, code } of Object.values(bundle)) {
    const left = /__VITE_ASSET__[\w$]+__/.exec(code ?? '')?.[0];
    if (left === undefined) continue;
    throw new Error(
      `Expected Vite to replace ${left} in ${fileName} by the URL of a picture: another plugin has taken the place of its asset plugin.`,
    );
  }
}

/** What is wrong with the URLs of a library, or null: its users serve it from where they like. */
export function describeLibrary({ build, base }: ResolvedConfig): string | null {
  if (!build.lib || base === './' || base === '') return null;
  return `The pictures of this library have URLs below base (${JSON.stringify(base)}), where its users have nothing. Set \`base: './'\` to find them beside the script.`;
}

/**
 * Lets the notes of the store be watched: Vite before 8 leaves everything below `node_modules` out, and
 * our cache is there. A pattern with `!` takes precedence.
 */
export function watchStates({ build }: ResolvedConfig): void {
  const watch = build.watch as { chokidar?: { ignored?: unknown } } | null;
  if (!watch) return;
  const ignored = [watch.chokidar?.ignored ?? []].flat();
  watch.chokidar = {
    ...watch.chokidar,
    ignored: [...ignored, '!**/unplugin-image-prompt/states/**'],
  };
}
