import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { replaceFile } from '../fs/publish.ts';
import { VERSION } from '../version.ts';
import type { Session } from './session.ts';

/**
 * One small file for each spec that says what its picture is cut from: the store's original, a preview,
 * or nothing, and under which settings. A bundler that keeps modules (in memory or on disk) takes it for
 * a source of the module, and so loads it again when a picture was generated, picked or lost, or when
 * the policy has changed.
 */
export interface PictureStates {
  /**
   * Absolute path of the file of a spec, written anew; the module has to depend on it. Null where no file
   * can be written, or the configuration is broken, which the build of the picture tells.
   */
  note(file: string): Promise<string | null>;
  /** Brings every file up to date as far as it can; touches only those that are not, and names them. */
  refresh(): Promise<readonly string[]>;
  /** Absolute paths of the specs that have a file. */
  list(): Promise<readonly string[]>;
  /** Removes the file of a spec: its module will be loaded again. */
  forget(file: string): Promise<void>;
}

/**
 * Creates the files, in the disposable cache: a missing one loads its module again, which is right.
 * @param group a folder of their own for those that share a cache of the bundler: two watchers with
 * other settings would go on changing each other's files
 */
export function createPictureStates(session: Session, group = ''): PictureStates {
  const folder = async (): Promise<string> =>
    join((await session.options()).cacheDir, 'states', group);

  const targetOf = (dir: string, file: string): string => {
    const hash = createHash('sha256').update(relative(session.root, file)).digest('hex');
    return join(dir, `${hash.slice(0, 24)}.json`);
  };

  /** What cannot be told, such as a broken spec, is a state too. */
  const describe = async (file: string, settings: string): Promise<string> => {
    const engine = await session.engine();
    const source = await engine.peek(file).catch(() => 'unknown');
    return `${JSON.stringify({ file: relative(session.root, file), source, settings })}\n`;
  };

  /** Specs by the files that stand for them. */
  const readAll = async (): Promise<Map<string, string>> => {
    const dir = await folder();
    const specs = new Map<string, string>();
    for (const name of await readdir(dir).catch(() => [])) {
      if (!name.endsWith('.json')) continue;
      const file = readSpecName(await readFile(join(dir, name), 'utf8').catch(() => ''));
      if (file !== null) specs.set(join(dir, name), resolve(session.root, file));
    }
    return specs;
  };

  /** Whether the file had to be written. */
  const update = async (target: string, file: string): Promise<boolean> => {
    const text = await describe(file, await describeSettings(session));
    if ((await readFile(target, 'utf8').catch(() => null)) === text) return false;
    const tmpDir = join(target, '..', 'tmp');
    await replaceFile({ target, bytes: Buffer.from(text), tmpDir, durable: false });
    return true;
  };

  return {
    async note(file) {
      try {
        const target = targetOf(await folder(), file);
        await update(target, file);
        return target;
      } catch {
        return null;
      }
    },

    async refresh() {
      const changed: string[] = [];
      for (const [target, file] of await readAll().catch(() => [])) {
        if (await update(target, file).catch(() => false)) changed.push(target);
      }
      return changed;
    },

    list: async () => [...(await readAll()).values()],

    forget: async (file) => await rm(targetOf(await folder(), file), { force: true }),
  };
}

/**
 * What changes modules besides specs and originals: a configuration may read it from anywhere, and some
 * bundlers say only after they have opened their cache that they serve.
 */
async function describeSettings(session: Session): Promise<string> {
  const { defaults, provider } = await session.options();
  const text = JSON.stringify([VERSION, defaults, provider.name, session.command === 'serve']);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function readSpecName(text: string): string | null {
  try {
    const { file } = JSON.parse(text) as { file?: unknown };
    return typeof file === 'string' ? file : null;
  } catch {
    return null;
  }
}
