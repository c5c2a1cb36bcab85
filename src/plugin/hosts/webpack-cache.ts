import type { Compiler } from 'webpack';
import { PLUGIN_NAME } from '../bundler-error.ts';

/** A persistent cache knows nothing of our options; its version has to. */
export function separateCaches(compiler: Compiler, identity: string): void {
  const { cache, experiments } = compiler.options as CachingOptions;
  // Rspack 1 has it among its experiments.
  for (const one of [cache, experiments?.cache]) {
    if (typeof one !== 'object') continue;
    // The two are one thing: webpack calls it the first, Rspack the second.
    if (one.type !== 'filesystem' && one.type !== 'persistent') continue;
    one.version = `${one.version ?? ''}|${PLUGIN_NAME}@${identity}`;
  }
}

interface CachingOptions {
  cache?: Caching;
  experiments?: { cache?: Caching };
}

type Caching = boolean | { type: string; version?: string };

/** Makes the compilation that is about to begin see that these files have changed. */
export function markChanged(compiler: Compiler, files: readonly string[]): void {
  for (const file of files) {
    // Rspack builds what depends on these.
    (compiler.modifiedFiles as Set<string> | undefined)?.add(file);
    // webpack believes the times that its watcher took, or, without, those of the disk.
    (compiler.fileTimestamps as Map<string, unknown> | undefined)?.delete(file);
  }
  compiler.inputFileSystem?.purge?.([...files]);
}
