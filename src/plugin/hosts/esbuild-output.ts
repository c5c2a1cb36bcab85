import { readFile, rm } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { BuildResult, PartialMessage } from 'esbuild';
import { splitId } from '../ids.ts';
import { assertNoLeak, type OutputFile } from '../leak-guard.ts';
import { checkOutput, secretsOf, textOf } from '../output.ts';
import type { Session } from '../session.ts';
import { toMessages } from './esbuild-messages.ts';

/** What the plugin knows of a build. */
export interface OutputContext {
  /** Specs, relative to the root, that another plugin resolved and ours has answered for. */
  answered: ReadonlySet<string>;
  warn: (text: string) => void;
}

/**
 * Looks the output over. esbuild calls plugins after it has written its files
 * (https://esbuild.github.io/plugins/#on-end): those that leak are removed again.
 * @returns what is wrong with it
 */
export async function checkEsbuildOutput(
  session: Session,
  { outputFiles, metafile }: BuildResult,
  { answered, warn }: OutputContext,
): Promise<PartialMessage[]> {
  const { root } = session;
  const inputsOf = (name: string): string[] => Object.keys(metafile?.outputs[name]?.inputs ?? {});
  const describe = (path: string, bytes: Uint8Array): OutputFile => {
    const name = relative(root, path).replaceAll('\\', '/');
    // Our own modules are named after the spec as well.
    const origins = inputsOf(name).filter(
      (input) => !/^image-prompt(?:-file)?:/.test(input) && !answered.has(splitId(input).path),
    );
    return { name, text: textOf(name, bytes), origins };
  };
  const written = outputFiles ? [] : Object.keys(metafile?.outputs ?? {});
  const files = outputFiles
    ? outputFiles.map(({ path, contents }) => describe(path, contents))
    : await Promise.all(
        written.map(async (name) => {
          const path = resolve(root, name);
          return describe(path, await readFile(path).catch(() => new Uint8Array()));
        }),
      );
  try {
    await checkOutput(session, files, warn);
    return [];
  } catch (error) {
    const secrets = secretsOf(session);
    const leaking = files.filter((file) => leaks(file, secrets));
    if (!outputFiles) {
      await Promise.all(leaking.map(({ name }) => rm(resolve(root, name), { force: true })));
    }
    return toMessages(error, root);
  }
}

function leaks(file: OutputFile, secrets: ReturnType<typeof secretsOf>): boolean {
  try {
    assertNoLeak([file], secrets);
    return false;
  } catch {
    return true;
  }
}
