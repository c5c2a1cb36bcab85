import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ImagePromptError } from '../errors.ts';
import { type EncoderAnswer, type EncoderRequest, unpackError } from './encoder-messages.ts';
import { createSharpEncoder } from './sharp.ts';
import type { Analysis, Encoder } from './types.ts';

type Call = Extract<EncoderRequest, { id: number }>;
type WithoutId<T> = T extends { id: number } ? Omit<T, 'id'> : never;

/**
 * Bytes from which glibc gives a freed block back; it would raise its own limit with every large block. A block that was
 * given back is paid for page by page when it is needed again, which a virtual machine makes dear: from 2 MB on it took a
 * tenth more CPU (docs/performance.md).
 */
const MOST_KEPT = String(8 * 1024 * 1024);

interface Waiting {
  resolve: (value: Analysis | Uint8Array) => void;
  reject: (error: Error) => void;
}

/**
 * Creates an encoder whose work is done in a child process, begun with the first original. Only a process
 * of our own settles what decides bytes and memory: libvips keeps its thread count for the whole process,
 * and other plugins set it; the size of libuv's pool and the number of glibc's arenas are read when a
 * process starts. It also leaves the bundler's threads to the bundler. The child ends with its parent, and
 * keeps nobody from ending.
 * @param env of the parent, handed on
 */
export function createProcessEncoder(env: NodeJS.ProcessEnv): Encoder {
  // Sources that nobody built are TypeScript, which a plain Node of our lowest version does not run.
  if (import.meta.url.endsWith('.ts')) return createSharpEncoder();
  const local = createSharpEncoder();
  const waiting = new Map<number, Waiting>();
  let child: ChildProcess | undefined;
  let calls = 0;
  let handles = 0;
  const open = new Set<number>();
  /** Somebody is done; others may not be. */
  let closing = false;

  const start = (): ChildProcess => {
    if (child !== undefined) return child;
    const entry = fileURLToPath(new URL('./encoder-child.js', import.meta.url));
    const started = fork(entry, {
      execArgv: ['--expose-gc'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: {
        ...cleanEnv(env),
        UV_THREADPOOL_SIZE: String(Math.max(availableParallelism(), 2)),
        // More arenas keep what was freed: twice the memory at the same speed. Two threads need no second one.
        MALLOC_ARENA_MAX: availableParallelism() > 2 ? '2' : '1',
        // Large blocks go back to the system at once, instead of staying for what may never come.
        MALLOC_MMAP_THRESHOLD_: MOST_KEPT,
        MALLOC_TRIM_THRESHOLD_: MOST_KEPT,
      },
    });
    child = started;
    started.unref();
    started.channel?.unref();
    started.on('message', (answer: EncoderAnswer) => {
      const call = waiting.get(answer.id);
      settle(answer.id);
      if ('error' in answer) call?.reject(unpackError(answer.error));
      else call?.resolve(answer.value);
    });
    started.on('error', (error) => abandon(started, error.message));
    started.on('exit', (code, signal) => abandon(started, signal ?? `exit code ${code}`));
    return started;
  };

  /** Whichever sign comes first, a closed channel or the exit: nothing more is asked of this one. */
  const abandon = (gone: ChildProcess, how: string): void => {
    if (child !== gone) return;
    child = undefined;
    open.clear();
    for (const [id, { reject }] of waiting) {
      settle(id);
      reject(ended(how));
    }
  };

  const settle = (id: number): void => {
    waiting.delete(id);
    if (waiting.size > 0) return;
    child?.unref();
    child?.channel?.unref();
  };

  /** Between the analysis and the first encode an original is open and nobody waits. */
  const endWhenIdle = async (): Promise<boolean> => {
    if (waiting.size > 0 || open.size > 0) return false;
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null) return true;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.ref();
    if (ending.connected) ending.disconnect();
    await ended;
    return true;
  };

  const call = async <T extends Analysis | Uint8Array>(
    request: WithoutId<Call>,
    to: ChildProcess,
  ): Promise<T> => {
    const id = calls++;
    return await new Promise<T>((resolve, reject) => {
      // An original that was open went with its process.
      if (to !== child) return reject(ended('meanwhile'));
      waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
      to.ref();
      to.channel?.ref();
      to.send({ ...request, id } as EncoderRequest, (error) => {
        if (error !== null) abandon(to, error.message);
      });
    });
  };

  return {
    id: local.id,
    warm: () => void start(),
    async close() {
      closing = true;
      return await endWhenIdle();
    },
    async open(bytes, job) {
      const to = start();
      closing = false;
      const handle = handles++;
      open.add(handle);
      const analysis = await call<Analysis>({ op: 'open', handle, bytes, job }, to).catch(
        (error: unknown) => {
          open.delete(handle);
          throw error;
        },
      );
      return {
        analysis,
        async encode(variant, provenance) {
          const encoded = await call<Uint8Array>({ op: 'encode', handle, variant, provenance }, to);
          return Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength);
        },
        close() {
          open.delete(handle);
          if (to === child) to.send({ op: 'close', handle } satisfies EncoderRequest, () => {});
          if (closing) void endWhenIdle();
        },
      };
    },
  };
}

/** The child asks nobody for anything, and waits for no debugger. */
function cleanEnv({ NODE_OPTIONS, ...env }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('FAL_'));
  const options = NODE_OPTIONS?.replace(/(^|\s)--inspect\S*/g, '');
  return { ...Object.fromEntries(kept), ...(options ? { NODE_OPTIONS: options } : {}) };
}

function ended(how: string): ImagePromptError {
  return new ImagePromptError('IMAGE_ENCODE', `The encoder's process ended (${how}).`, {
    hint: 'Build again: what is encoded stays encoded. When it happens again, the machine may be short of memory.',
  });
}
