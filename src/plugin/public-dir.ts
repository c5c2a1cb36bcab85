import { readdir } from 'node:fs/promises';
import { ImagePromptError } from '../errors.ts';
import { toBundlerError } from './bundler-error.ts';
import { SPEC_ID } from './ids.ts';

/**
 * Refuses specs in a folder that a bundler copies into the output as it is.
 * @throws LEAK_RAW, dressed for the bundler
 */
export async function assertNoneIn(folder: string): Promise<void> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const spec = names.find((name) => SPEC_ID.test(name));
  if (spec === undefined) return;
  throw toBundlerError(
    new ImagePromptError('LEAK_RAW', `${spec} lies in ${folder}, which is published as it is.`, {
      hint: 'Move the spec to the sources and import it.',
    }),
  );
}
