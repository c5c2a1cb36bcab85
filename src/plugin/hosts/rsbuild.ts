import type { RsbuildPluginAPI } from '@rsbuild/core';
import { PLUGIN_NAME } from '../bundler-error.ts';
import type { WebpackHost } from './webpack.ts';
import type { AnyCompiler } from './webpack-types.ts';

/** The plugin's side of Rsbuild, on top of that of Rspack. */
export function createRsbuildSetup(host: WebpackHost): (api: RsbuildPluginAPI) => void {
  return (api) => {
    const serves = api.context.action === 'dev';
    // unplugin applies its own part to Rspack, but not ours: https://github.com/unjs/unplugin
    api.modifyRspackConfig((config) => {
      config.plugins.push({
        name: PLUGIN_NAME,
        apply: (compiler: AnyCompiler) => host.apply(compiler, { serves }),
      });
    });
    api.onBeforeStartDevServer(({ server }) => {
      server.middlewares.use(host.dev.middleware);
    });
  };
}
