import { createUnplugin, type UnpluginInstance } from 'unplugin';
import type { Options } from '../options.ts';
import { formatDiagnostic } from '../report.ts';
import { PLUGIN_NAME, toBundlerError } from './bundler-error.ts';
import { createRollupHooks } from './hosts/rollup.ts';
import { createViteHooks } from './hosts/vite.ts';
import { createWebpackHost } from './hosts/webpack.ts';
import { parseId, SPEC_ID } from './ids.ts';
import { assertRequest, writeModule } from './load-module.ts';
import { createSession } from './session.ts';

/** The plugin for every bundler; the doors pick theirs and give it its native type. */
export const unplugin: UnpluginInstance<Options | undefined, false> = createUnplugin((options) => {
  const session = createSession(options ?? {}, process.env);
  const webpack = createWebpackHost(session);
  return {
    name: PLUGIN_NAME,
    enforce: 'pre',
    rollup: createRollupHooks(session),
    vite: createViteHooks(session),
    webpack: webpack.apply,
    // The Rollup family has hooks of its own above: there files are emitted through its context.
    load: {
      filter: { id: SPEC_ID },
      async handler(id) {
        const request = parseId(id);
        if (!request) return null;
        try {
          assertRequest(request);
          const built = await session.build(request.file);
          for (const file of built.dependencies) this.addWatchFile(file);
          const { variants } = built;
          for (const variant of variants) this.addWatchFile(variant.path);
          for (const warning of built.warnings) this.warn(formatDiagnostic(warning));
          return {
            code: writeModule(request, built, variants, webpack.urlOf(built, variants)),
            map: null,
          };
        } catch (error) {
          // A broken base must be watched as well, or mending it would go unnoticed.
          for (const file of session.dependenciesOf(request.file)) this.addWatchFile(file);
          throw toBundlerError(error, request.file, session.root);
        }
      },
    },
  };
});
