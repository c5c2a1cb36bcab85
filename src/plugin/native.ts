import type { Plugin as EsbuildPlugin } from 'esbuild';
import type { Plugin as RollupPlugin } from 'rollup';
import type { Plugin as VitePlugin } from 'vite';
import type { Options } from '../options.ts';
import { PLUGIN_NAME } from './bundler-error.ts';
import { createEsbuildHost } from './hosts/esbuild.ts';
import { createFileUrlHooks } from './hosts/file-url.ts';
import { createRollupHooks } from './hosts/rollup.ts';
import { createViteHooks } from './hosts/vite.ts';
import { createSession, type Session } from './session.ts';

// Plugins for bundlers whose own hooks are all we need: unplugin takes longer to load than everything that a
// build without a spec asks of us.

function open(options: Options = {}): Session {
  return createSession(options, process.env, () => performance.now());
}

/** The plugin for Vite. */
export function createVitePlugin(options?: Options): VitePlugin {
  return { name: PLUGIN_NAME, enforce: 'pre', ...createViteHooks(open(options)) };
}

/** The plugin for Rollup, and for Rolldown, whose hooks are the same. */
export function createRollupPlugin(options?: Options): RollupPlugin {
  const session = open(options);
  return { name: PLUGIN_NAME, ...createRollupHooks(session), ...createFileUrlHooks(session) };
}

/** The plugin for esbuild. */
export function createEsbuildPlugin(options?: Options): EsbuildPlugin {
  return { name: PLUGIN_NAME, ...createEsbuildHost(() => open(options), process.argv) };
}
