// node --experimental-import-meta-resolve bundlers-webpack-dev.mjs webpack|rspack|rsbuild, in the folder of a
// project and with an IPC channel: the dev server over the project's config. Sends its origin, the end of
// each compilation, and, but for Rsbuild, what a browser is sent over the web socket. Told to close, it closes
// the server and lives on. A config of several compilers is served by the first of them.
import { subscribe } from 'node:diagnostics_channel';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , bundler = ''] = process.argv;
const root = process.cwd();

/** @param {string} name @param {string} [from] @returns {Promise<any>} */
const load = async (name, from = pathToFileURL(join(root, 'config.mjs')).href) =>
  import(import.meta.resolve(name, from));
/** @param {Record<string, unknown>} event */
const send = (event) => process.send?.(event);

const { default: config } = await load(pathToFileURL(join(root, `${bundler}.config.mjs`)).href);

let encoders = 0;
subscribe('child_process', (/** @type {any} */ { process: child }) => {
  child.once('spawn', () => {
    if (!child.spawnargs.some((/** @type {string} */ word) => word.includes('encoder-child')))
      return;
    encoders++;
    child.once('exit', () => encoders--);
  });
});

/** @type {() => Promise<void>} */
let close;

/** @param {any} compiler */
function follow(compiler) {
  /** @type {string[]} */
  let loaded = [];
  compiler.hooks.compilation.tap('test', (/** @type {any} */ compilation) => {
    compilation.hooks.succeedModule.tap('test', (/** @type {any} */ { resource }) => {
      if (resource) loaded.push(resource);
    });
  });
  compiler.hooks.done.tap('test', (/** @type {any} */ { compilation }) => {
    const errors = [...compilation.errors].map((error) => error.message);
    send({ type: 'done', errors, loaded });
    loaded = [];
  });
}

async function startWebpack() {
  const { default: create } = await load(bundler === 'webpack' ? 'webpack' : '@rspack/core');
  const name = bundler === 'webpack' ? 'webpack-dev-server' : '@rspack/dev-server';
  const loaded = await load(name);
  const Server = loaded.default ?? loaded.RspackDevServer;
  const given = { mode: 'development', devtool: false };
  const devServer = { host: '127.0.0.1', port: 'auto', ...[config].flat()[0].devServer };
  const compiler = Array.isArray(config)
    ? create(config.map((one, at) => ({ ...one, ...given, ...(at === 0 ? { devServer } : {}) })))
    : create({ ...config, ...given, devServer });
  const [first] = compiler.compilers ?? [compiler];
  follow(first);
  const server = new (loaded.RspackDevServer ?? Server)(first.options.devServer, compiler);
  await server.start();
  close = () => server.stop();
  const { port } = server.server.address();
  const { WebSocket } = await load('ws', import.meta.resolve('webpack-dev-server'));
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { origin: `http://127.0.0.1:${port}` });
  socket.on('message', (/** @type {unknown} */ data) =>
    send({ type: 'hot', payload: JSON.parse(String(data)) }),
  );
  await new Promise((opened) => socket.once('open', opened));
  return port;
}

async function startRsbuild() {
  const { createRsbuild } = await load('@rsbuild/core');
  const rsbuild = await createRsbuild({
    cwd: root,
    rsbuildConfig: {
      ...config,
      mode: 'development',
      server: { ...config.server, host: '127.0.0.1', printUrls: false },
      output: { ...config.output, sourceMap: false },
    },
  });
  rsbuild.onAfterCreateCompiler((/** @type {any} */ { compiler }) => follow(compiler));
  const { port, server } = await rsbuild.startDevServer();
  close = () => server.close();
  return port;
}

const port = await (bundler === 'rsbuild' ? startRsbuild() : startWebpack());
send({ type: 'ready', origin: `http://127.0.0.1:${port}` });
process.on('message', async (message) => {
  if (message === 'close') await close();
  send({ type: 'encoders', encoders });
});
process.once('disconnect', () => process.exit(0));
