import { createUnplugin, type UnpluginContextMeta, type UnpluginInstance } from 'unplugin';
import type { Options } from '../options.ts';
import { PLUGIN_NAME } from './bundler-error.ts';
import { createFarmHost } from './hosts/farm.ts';
import { createRsbuildSetup } from './hosts/rsbuild.ts';
import { createWebpackHost } from './hosts/webpack.ts';
import { SPEC_ID } from './ids.ts';
import { createSession, type Session } from './session.ts';

/** Gives the session for a root. */
export type SessionOf = (root: string) => Session;

/**
 * One session for each root: an instance that is put into several compilers is made anew by unplugin for
 * each, and must not have a budget for each.
 */
export function shareSessions(options: Options = {}): SessionOf {
  const sessions = new Map<string, Session>();
  return (root) => {
    const session =
      sessions.get(root) ?? createSession(options, process.env, () => performance.now());
    sessions.set(root, session);
    return session;
  };
}

/**
 * The plugin for bundlers whose loaders unplugin carries: webpack, Rspack, Rsbuild, Farm. The others have
 * hooks of their own and need no library between.
 */
export const unplugin: UnpluginInstance<Options | SessionOf | undefined, false> = createUnplugin(
  (given, meta) => {
    const session = (typeof given === 'function' ? given : shareSessions(given))(rootOf(meta));
    const plugin = { name: PLUGIN_NAME, enforce: 'pre' } as const;
    if (meta.framework === 'farm') return { ...plugin, farm: createFarmHost(session, process.env) };
    const webpack = createWebpackHost(session);
    return {
      ...plugin,
      webpack: webpack.apply,
      rspack: webpack.apply,
      rsbuild: { setup: createRsbuildSetup(webpack) },
      load: {
        filter: { id: SPEC_ID },
        async handler(id) {
          return await webpack.load(this, id);
        },
      },
    };
  },
);

function rootOf(meta: UnpluginContextMeta): string {
  if (meta.framework === 'webpack') return meta.webpack.compiler.context;
  return meta.framework === 'rspack' ? meta.rspack.compiler.context : '';
}
