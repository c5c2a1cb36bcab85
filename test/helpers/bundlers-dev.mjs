// node bundlers-dev.mjs, in the folder of a project and with an IPC channel: Vite's dev server over the
// project's config. Sends its origin, then everything that it sends to browsers.
import { join } from 'node:path';

const { createServer } = await import('vite');
const root = process.cwd();
const server = await createServer({
  root,
  configFile: join(root, 'vite.config.mjs'),
  server: { host: '127.0.0.1', port: 0 },
  // Its bundling of dependencies would only reload pages in the middle of a test.
  optimizeDeps: { noDiscovery: true },
});
const { hot } = server.environments.client;
const { send } = hot;
hot.send = (/** @type {any[]} */ ...words) => {
  if (typeof words[0] === 'object') process.send?.({ type: 'hot', payload: words[0] });
  return Reflect.apply(send, hot, words);
};
await server.listen();
const address = server.httpServer?.address();
const port = typeof address === 'object' ? address?.port : 0;
process.send?.({ type: 'ready', origin: `http://127.0.0.1:${port}` });
process.once('disconnect', () => process.exit(0));
