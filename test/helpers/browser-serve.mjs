// node browser-serve.mjs webpack|rsbuild, in the folder of a project and with an IPC channel: the dev server
// of that bundler over the project's config. Sends its origin.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , bundler = ''] = process.argv;
const root = process.cwd();
const { default: config } = await import(pathToFileURL(join(root, `${bundler}.config.mjs`)).href);

/** @type {Record<string, () => Promise<number>>} */
const starters = {
  async webpack() {
    const { default: webpack } = await import('webpack');
    const { default: WebpackDevServer } = await import('webpack-dev-server');
    // The server of a config is in `devServer` of the compiler's options, where plugins may add to it.
    const compiler = webpack(config);
    const server = new WebpackDevServer(compiler.options.devServer, compiler);
    await server.start();
    const address = server.server?.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  },
  async rsbuild() {
    const { createRsbuild } = await import('@rsbuild/core');
    const rsbuild = await createRsbuild({ cwd: root, rsbuildConfig: config });
    return (await rsbuild.startDevServer()).port;
  },
};

const port = await starters[bundler]?.();
process.send?.({ type: 'ready', origin: `http://127.0.0.1:${port}` });
process.once('disconnect', () => process.exit(0));
