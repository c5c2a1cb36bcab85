import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { afterAll } from 'vitest';
import { type ChildEnv, childEnv, type Project } from './bundlers.ts';

/** The `vite` command with a person at its terminal. */
export interface ViteTerminal {
  /** Types a line and presses enter. */
  type(line: string): void;
  /** Waits until something was said, after what was waited for before; gives all that was said until then. */
  hear(text: string | RegExp, timeout?: number): Promise<string>;
  /** What was said since it was last waited for. */
  rest(): string;
}

// Vite binds its shortcuts only at a terminal. A pipe that claims to be one is the same to it.
const CLAIM = 'data:text/javascript,process.stdin.isTTY=true';

const started: ChildProcess[] = [];
// Here, once for each test file: called within a test or a hook, it would not run.
afterAll(async () => {
  for (const child of started.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});

/** Starts `vite` in the folder of a project and waits for its URL. */
export async function startViteTerminal(
  project: Project,
  env: ChildEnv = {},
): Promise<ViteTerminal & { origin: string }> {
  const vite = project.path('node_modules/vite/bin/vite.js');
  const words = ['--import', CLAIM, vite, '--host', '127.0.0.1', '--port', '0'];
  const child = spawn(process.execPath, words, {
    cwd: project.root,
    env: childEnv(project, env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  started.push(child);
  let said = '';
  let wake = (): void => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      said += stripVTControlCharacters(data.toString());
      wake();
    });
  }

  const hear: ViteTerminal['hear'] = async (text, timeout = 90_000) => {
    const end = Date.now() + timeout;
    for (;;) {
      const found =
        typeof text === 'string'
          ? { at: said.indexOf(text), length: text.length }
          : { at: said.search(text), length: text.exec(said)?.[0].length ?? 0 };
      if (found.at >= 0) {
        const until = said.slice(0, found.at + found.length);
        said = said.slice(until.length);
        return until;
      }
      const left = end - Date.now();
      if (left <= 0) throw new Error(`Vite did not say ${String(text)}. It said:\n${said}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };

  const origin = /http:\S+?(?=\/?\s)/.exec(await hear(/http:\S+\s/))![0];
  await hear('show help');
  return {
    origin,
    type: (line) => void child.stdin.write(`${line}\n`),
    hear,
    rest: () => said,
  };
}
