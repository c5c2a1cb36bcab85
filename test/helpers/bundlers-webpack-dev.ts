import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type ChildEnv, childEnv, type Project, REPOSITORY } from './bundlers.ts';
import { createInbox } from './bundlers-inbox.ts';

/** The end of a compilation. */
export interface Compiled {
  errors: string[];
  /** Files of the modules that were built, and not kept. */
  loaded: string[];
}

/** What browsers are sent. */
export interface HotMessage {
  type: string;
  data?: unknown;
}

interface Message extends Partial<Compiled> {
  type: 'ready' | 'done' | 'hot' | 'encoders';
  encoders?: number;
  origin?: string;
  payload?: HotMessage;
}

/** A dev server of the webpack family in a process of its own. */
export interface WebpackDevServer {
  get(path: string): Promise<{ status: number; type: string; body: Buffer }>;
  /** Waits for a compilation. */
  compiled(wanted: (compiled: Compiled) => boolean): Promise<Compiled>;
  /** Waits for a message to browsers. */
  sent(type: string): Promise<HotMessage>;
  forget(): void;
  /** Closes the server within its process, which goes on. */
  close(): Promise<void>;
  /** How many encoders its process has running. */
  encoders(): Promise<number>;
  /** Ends the process. */
  stop(): Promise<void>;
}

const started: ChildProcess[] = [];
const end = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
};
// Here, once for each test file: called within a test or a hook, it would not run.
afterAll(async () => {
  for (const child of started.splice(0)) await end(child);
});

export async function startWebpackDevServer(
  project: Project,
  bundler: 'webpack' | 'rspack' | 'rsbuild',
  env: ChildEnv = {},
): Promise<WebpackDevServer> {
  const child = fork(join(REPOSITORY, 'test/helpers/bundlers-webpack-dev.mjs'), [bundler], {
    cwd: project.root,
    env: childEnv(project, env),
    execArgv: ['--experimental-import-meta-resolve'],
    silent: true,
  });
  started.push(child);
  const inbox = createInbox<Message>(child);
  const { origin = '' } = await inbox.next(({ type }) => type === 'ready');

  const ask = async (what: 'close' | 'encoders'): Promise<number> => {
    child.send(what);
    return (await inbox.next(({ type }) => type === 'encoders')).encoders ?? Number.NaN;
  };

  return {
    async get(path) {
      const response = await fetch(new URL(path, origin));
      return {
        status: response.status,
        type: response.headers.get('content-type') ?? '',
        body: Buffer.from(await response.arrayBuffer()),
      };
    },
    async compiled(wanted) {
      const message = await inbox.next((one) => one.type === 'done' && wanted(one as Compiled));
      return message as Compiled;
    },
    async sent(type) {
      const message = await inbox.next((one) => one.payload?.type === type);
      return message.payload as HotMessage;
    },
    forget: inbox.forget,
    close: async () => void (await ask('close')),
    encoders: () => ask('encoders'),
    stop: () => end(child),
  };
}
