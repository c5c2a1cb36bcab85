// A dev server of Vite and what a browser does: the entry, the module of the picture, the widest AVIF.
import { mkdirSync, writeFileSync } from 'node:fs';
import sharp from 'sharp';
import { createServer } from 'vite';

/** URLs at once; encoded when somebody asks, with sharp's own defaults, and kept. */
const lazy = {
  name: 'lazy',
  enforce: 'pre',
  configureServer(server) {
    server.middlewares.use(async (request, response, next) => {
      const width = /^\/@lazy\/picture-(\d+)\.avif$/.exec(request.url)?.[1];
      if (width === undefined) return next();
      const bytes = await sharp('picture.png').resize(Number(width)).avif().toBuffer();
      mkdirSync('.cache', { recursive: true });
      writeFileSync(`.cache/${width}.avif`, bytes);
      response.setHeader('Content-Type', 'image/avif');
      response.end(bytes);
    });
  },
  load: (id) => (id.endsWith('?lazy') ? "export default '/@lazy/picture-1920.avif'" : null),
};

const server = await createServer({
  root: process.cwd(),
  logLevel: 'error',
  optimizeDeps: { noDiscovery: true },
  server: { host: '127.0.0.1', port: 0 },
  ...(process.env.MODE === 'floor' ? { configFile: false, plugins: [lazy] } : {}),
});
await server.listen();
const { port } = server.httpServer.address();
const started = performance.now();
const get = async (path) => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return Buffer.from(await answer.arrayBuffer());
};
const main = String(await get('/main.js'));
const [, module] = /from "(\/[^"]*(?:lazy|\.image\.yaml)[^"]*)"/.exec(main);
const urls = String(await get(module)).match(/\/@[\w/.-]+-\d+(?:\.\w+)?\.avif/g);
const planned = performance.now() - started;
const widthOf = (url) => Number(/-(\d+)(?:\.\w+)?\.avif$/.exec(url)[1]);
const widest = urls.sort((a, b) => widthOf(b) - widthOf(a))[0];
const bytes = await get(widest);
const ms = performance.now() - started;
const { width, format, compression } = await sharp(bytes).metadata();
await server.close();
console.log(
  JSON.stringify({ ms, planned, width, format: compression ?? format, bytes: bytes.length }),
);
process.exit(0);
