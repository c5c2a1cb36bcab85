import { PassThrough } from 'node:stream';
import { type CliProcess, main } from '../../src/cli/main.ts';
import type { Provider } from '../../src/provider/types.ts';
import { createFal } from '../engine/helpers.ts';
import type { FalStandIn } from '../fal-stand-in/index.mjs';
import type { Project } from '../helpers/project.ts';

/** What one command line did. */
export interface Ran {
  code: number;
  out: string;
  err: string;
  /** Standard output as JSON. */
  json(): Record<string, unknown>;
}

export interface RunOptions {
  env?: Record<string, string>;
  /** Folder it is called in, relative to the root. */
  cwd?: string;
  /** A person at a terminal, and what they type. */
  terminal?: { input: string };
}

/** Runs a command line within this process, with streams of its own. */
export async function run(
  project: Project,
  words: readonly string[],
  { env = {}, cwd = '.', terminal }: RunOptions = {},
): Promise<Ran> {
  const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const read = (stream: PassThrough): string => String(stream.read() ?? '');
  if (terminal) {
    for (const stream of [stdout, stderr, stdin]) Object.assign(stream, { isTTY: true });
    Object.assign(stderr, { columns: 100 });
    stdin.write(terminal.input);
  }
  const folder = project.path(cwd);
  const process = { stdout, stderr, stdin, env, cwd: () => folder } as unknown as CliProcess;
  const code = await main(words, process);
  const [out, err] = [read(stdout), read(stderr)];
  return { code, out, err, json: () => JSON.parse(out) as Record<string, unknown> };
}

const SHARED = Symbol.for('image-prompt-test/providers');
const providers: Record<string, Provider> = {};
Object.assign(globalThis, { [SHARED]: providers });

/**
 * A configuration (`.mjs`) whose provider is the real one against a stand-in. It is handed over, since
 * Node cannot import TypeScript and transpiling it for each command line takes its time.
 */
export function configFor(service: FalStandIn, more = ''): string {
  providers[service.baseUrl] ??= createFal(service);
  return `const provider = globalThis[Symbol.for('image-prompt-test/providers')]['${service.baseUrl}'];
export default { provider, ${more} };
`;
}

/** Code units that colour text. */
export const ESCAPE = '\u001b';
