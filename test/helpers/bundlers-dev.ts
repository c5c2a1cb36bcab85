import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { type ChildEnv, childEnv, type Project, REPOSITORY } from './bundlers.ts';
import { createInbox } from './bundlers-inbox.ts';

/** What Vite sends to browsers, as far as tests look. */
export interface HotPayload {
  type: string;
  updates?: { type: string; path: string; acceptedPath: string }[];
  err?: {
    message: string;
    plugin?: string;
    id?: string;
    frame?: string;
    loc?: { file: string; line: number; column: number };
  };
}

/** An answer, with its body as bytes. */
export interface Answer {
  status: number;
  type: string;
  /** What the browser may keep. */
  caching: string;
  body: Buffer;
}

/** A dev server of Vite in a process of its own. */
export interface DevServer {
  origin: string;
  /** Asks for a path as it is written, dots and all. */
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** Loads a script and the modules it imports from the project, as a page does; the default exports by name of the file. */
  load<T>(script: string): Promise<Record<string, T>>;
  /** Forgets what was sent so far. */
  forget(): void;
  /** Waits for a payload of this type. */
  next(type: string, timeout?: number): Promise<HotPayload>;
}

const started: ChildProcess[] = [];
// Here, once for each test file: called within a test or a hook, it would not run.
afterAll(async () => {
  for (const child of started.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});

export async function startDevServer(project: Project, env: ChildEnv = {}): Promise<DevServer> {
  const child = fork(join(REPOSITORY, 'test/helpers/bundlers-dev.mjs'), {
    cwd: project.root,
    env: childEnv(project, env),
    execArgv: [],
    silent: true,
  });
  started.push(child);
  const inbox = createInbox<{ type: string; origin?: string; payload?: HotPayload }>(child);
  const { origin = '' } = await inbox.next(({ type }) => type === 'ready');

  const get: DevServer['get'] = (path, headers = {}) =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(origin);
      const sent = request({ hostname, port, path, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const type = response.headers['content-type'] ?? '';
          const caching = response.headers['cache-control'] ?? '';
          const body = Buffer.concat(chunks);
          resolve({ status: response.statusCode ?? 0, type, caching, body });
        });
      });
      sent.on('error', reject).end();
    });

  return {
    origin,
    get,
    async load<T>(script: string): Promise<Record<string, T>> {
      const main = await get(script);
      expect(main.status).toBe(200);
      const loaded: Record<string, T> = {};
      for (const [, path = ''] of main.body
        .toString()
        .matchAll(/from\s*"([^"]+\.image\.yaml[^"]*)"/g)) {
        const { status, body } = await get(path);
        if (status !== 200) throw new Error(`${path} answered ${status}`);
        const name = /([\w-]+)\.image\.yaml/.exec(path)?.[1] ?? path;
        // The module is one plain object.
        const value = body.toString().replace('export default', 'return');
        loaded[path.includes('url') ? `${name}?url` : name] = new Function(value)() as T;
      }
      return loaded;
    },
    forget: inbox.forget,
    async next(type, timeout) {
      const { payload } = await inbox.next(({ payload }) => payload?.type === type, timeout);
      return payload as HotPayload;
    },
  };
}
