import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import sharp from 'sharp';
import { readPage } from '../../src/plugin/html/read-page.ts';
import { cleanEnv, programOf, type SiteProject } from './sites.ts';

/** A dev server of a site. */
export interface DevSite {
  /** With the base, and a slash at its end. */
  url: string;
  /** Everything it has printed. */
  output(): string;
  /** The first image of a page as it comes from the server, with what its file holds. */
  firstImage(path: string): Promise<DevImage>;
  close(): Promise<void>;
}

export interface DevImage {
  src: string;
  alt: string;
  bytes: number;
  /** Pixels of the file. */
  width: number;
}

/** Starts the dev server of a site; `{port}` in its words and its environment is the port. */
export async function openDevSite(
  site: SiteProject,
  words: readonly string[],
  base: string,
  env: Readonly<Record<string, string>> = {},
): Promise<DevSite> {
  const port = await findPort();
  const fill = (word: string): string => word.replace('{port}', String(port));
  const [program = '', ...rest] = words.map(fill);
  const filled = Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, fill(value)]),
  );
  const child = spawn(programOf(site.root, program), rest, {
    cwd: site.root,
    env: cleanEnv({ ...site.env, ...filled }),
    stdio: ['ignore', 'pipe', 'pipe'],
    // Programs that start others are ended with them.
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = `http://localhost:${port}${base}`;
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await closed;
  };
  const started = Date.now();
  for (;;) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) break;
    if (child.exitCode !== null || Date.now() - started > 60_000) {
      await close();
      throw new Error(`${words.join(' ')} was waited for: ${answer?.status} ${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url,
    output: () => output,
    close,
    async firstImage(path) {
      const html = await (await fetch(`${url}${path}`)).text();
      const { elements } = await readPage(html);
      const image = elements.find(({ tag }) => tag === 'img');
      const src = image?.attributes.get('src');
      if (!image || src === undefined) throw new Error(`An image was waited for: ${html}`);
      const answer = await fetch(new URL(src, url));
      if (!answer.ok) throw new Error(`${src} was waited for: ${answer.status}`);
      const bytes = Buffer.from(await answer.arrayBuffer());
      const { width } = await sharp(bytes).metadata();
      return { src, alt: image.attributes.get('alt') ?? '', bytes: bytes.length, width };
    },
  };
}

/** A port that was free a moment ago. */
async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
