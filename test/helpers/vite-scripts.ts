import { expect } from 'vitest';
import type { Picture } from '../../src/picture/types.ts';
import { createProject, type Project, runNode } from './bundlers.ts';
import { fixture } from './bundlers-fixture.ts';

/** What scripts have: a server, a GET, a module as a browser gets it, and a way to say what they found. */
const LEAD = `
import { createServer } from 'vite';
import { createServer as createHttp } from 'node:http';
import { once } from 'node:events';
import images from 'unplugin-image-prompt/vite';
const quiet = { logLevel: 'silent', optimizeDeps: { noDiscovery: true } };
const say = (value) => { process.stdout.write(JSON.stringify(value)); process.exit(0); };
const listen = async (handler) => {
  const server = createHttp(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return 'http://127.0.0.1:' + server.address().port;
};
const originOf = (server) => 'http://127.0.0.1:' + server.httpServer.address().port;
const get = async (url) => {
  const response = await fetch(url);
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, type: response.headers.get('content-type'), text: bytes.toString('latin1') };
};
const load = async (origin, script) => {
  const main = await get(origin + script);
  if (main.status !== 200) throw new Error(main.text);
  const [, path] = /from "([^"]+\\.image\\.yaml[^"]*)"/.exec(main.text);
  const { status, text } = await get(new URL(path, origin).href);
  if (status !== 200) throw new Error(text);
  return new Function(text.replace('export default', 'return'))();
};
`;

/** What a script said. */
export interface Found {
  picture: Picture;
  image: { status: number; type: string };
  [more: string]: unknown;
}

/** Runs a script in a process of its own, as a framework would write it. */
export async function runScript(project: Project, script: string): Promise<Found> {
  project.write({ 'check.mjs': `${LEAD}${script}` });
  const { code, stdout, stderr } = await runNode(project, ['check.mjs']);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout) as Found;
}

/** @param fields of the configuration of Vite */
export const createSite = (fields = '', more: Record<string, string> = {}): Project =>
  createProject({
    ...fixture({ fields }),
    'src/main.js': "import square from './square.image.yaml';\nexport default square;\n",
    ...more,
  });

/** Starts a server. */
export const SERVE = `
const server = await createServer({ ...quiet, server: { host: '127.0.0.1', port: 0 } });
await server.listen();
const origin = originOf(server);
`;
