import { dirname, resolve } from 'node:path';
import { ImagePromptError } from '../../errors.ts';
import { publish } from '../../fs/publish.ts';
import { readRegularFile } from '../../fs/read-regular-file.ts';
import { rewriteFile } from '../../fs/rewrite-file.ts';
import type { Step } from './types.ts';

/**
 * Carries out the steps. A file that appeared or changed meanwhile is left as it is.
 * @param root absolute path
 * @returns the files that were written, in order
 * @throws ImagePromptError CONFIG_INVALID: a file cannot be written
 */
export async function writeFiles(root: string, steps: readonly Step[]): Promise<string[]> {
  const written: string[] = [];
  for (const step of steps) {
    if (step.kind !== 'write' && step.kind !== 'add') continue;
    try {
      if (await writeStep(root, step)) written.push(step.file);
    } catch (cause) {
      throw new ImagePromptError('CONFIG_INVALID', `${step.file} cannot be written.`, {
        cause,
        hint: 'Check the path and the permissions, and run `npx image-prompt init` again.',
      });
    }
  }
  return written;
}

async function writeStep(root: string, step: Extract<Step, { text: string }>): Promise<boolean> {
  const target = resolve(root, step.file);
  const order = { target, bytes: Buffer.from(step.text), tmpDir: dirname(target), durable: false };
  if (step.kind === 'write') return (await publish(order)) === 'published';
  const now = await readRegularFile(target, Buffer.byteLength(step.before));
  if (!Buffer.isBuffer(now) || now.toString('utf8') !== step.before) return false;
  await rewriteFile(order);
  return true;
}
