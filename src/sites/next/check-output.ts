// Looks the output of a Next build over, in a process of its own: see guard-output.ts. What it is about comes by its input.
import { json } from 'node:stream/consumers';
import { isImagePromptError } from '../../errors.ts';
import { checkFiles } from '../publish-site.ts';
import { SITE_LEAK_HINT } from '../refuse.ts';
import type { OutputCheck } from './guard-output.ts';

const HINT = 'Import the spec, and show it by `Picture` of unplugin-image-prompt/react.';

const { folders, secrets } = (await json(process.stdin)) as OutputCheck;
try {
  for (const { folder, endings } of folders) {
    await checkFiles(folder, secrets, (name) => endings === null || endsWith(name, endings));
  }
} catch (error) {
  process.exitCode = 1;
  process.stderr.write(`image-prompt: ${describe(error)}\n`);
}

function endsWith(name: string, endings: readonly string[]): boolean {
  return endings.some((ending) => name.endsWith(ending));
}

function describe(error: unknown): string {
  if (!isImagePromptError(error)) return String((error as Error).stack ?? error);
  const { code, message, hint } = error;
  // A page of Next has no other way.
  return `${code}: ${message}\n${hint === SITE_LEAK_HINT ? HINT : hint}`;
}
