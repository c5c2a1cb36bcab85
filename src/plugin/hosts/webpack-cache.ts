import type { Compiler } from 'webpack';
import { PLUGIN_NAME } from '../bundler-error.ts';

/** A persistent cache knows nothing of our options; its version has to. */
export function separateCaches(compiler: Compiler, identity: string): void {
  const cache = compiler.options.cache as false | { type: string; version?: string } | undefined;
  // The two are one thing: webpack calls it the first, Rspack the second.
  if (!cache || (cache.type !== 'filesystem' && cache.type !== 'persistent')) return;
  cache.version = `${cache.version ?? ''}|${PLUGIN_NAME}@${identity}`;
}

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
