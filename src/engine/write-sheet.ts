import { dirname, join, sep } from 'node:path';
import { ImagePromptError } from '../errors.ts';
import { writeSheetHtml } from '../sheet/html.ts';
import { isContactSheet } from '../sheet/made-by.ts';
import { summarise } from '../sheet/texts.ts';
import type { EngineDeps } from './engine.ts';
import { toRelative, type Wanted } from './load-wanted.ts';
import { makePlan } from './make-plan.ts';
import { makeSheet } from './make-sheet.ts';
import type { Plan, SheetReport } from './types.ts';

/** More than any sheet has. */
const MAX_BYTES = 256 * 1024 * 1024;

/** A page holds every thumbnail as text, a picture gets too small to read. */
const MOST_CANDIDATES = { html: 2000, png: 250 };

/** Which file to write, and what it is. */
export interface WriteSheetOptions {
  /** Absolute path. */
  target: string;
  format: 'html' | 'png';
}

/**
 * Shows every candidate of the specs in one file. Sends nothing, and writes nothing else but the
 * disposable cache and what a safe copy mends.
 * @throws ImagePromptError CONFIG_INVALID: something else lies at the path, it cannot be written, or there
 *   are too many candidates
 */
export async function writeSheet(
  wanted: Wanted,
  { target, format }: WriteSheetOptions,
  root: string,
  deps: EngineDeps,
): Promise<SheetReport> {
  const file = toRelative(root, target);
  await assertTarget(target, file, deps);
  const plan = await makePlan({ wanted, all: wanted, more: 0, rebuy: false }, deps);
  assertCount(plan, format);
  const { sheet, specs, problems } = await makeSheet(wanted, plan, deps);
  const content = format === 'html' ? writeSheetHtml(sheet) : await deps.drawSheet(sheet);
  await deps.writeResult(target, content).catch((cause: unknown) => {
    throw new ImagePromptError('CONFIG_INVALID', `${file} cannot be written.`, {
      cause,
      hint: 'Check the path and the permissions.',
    });
  });
  return { file, specs, summary: summarise(sheet), plan, problems };
}

/** What lies there may be somebody's work, even an original that was paid for. */
async function assertTarget(
  target: string,
  file: string,
  { specs, store }: Pick<EngineDeps, 'specs' | 'store'>,
): Promise<void> {
  if (target.startsWith(join(store.dir, sep))) {
    throw new ImagePromptError('CONFIG_INVALID', `Expected a file outside of the store: ${file}.`, {
      hint: 'Name another file with --out: the store is for what was paid for.',
    });
  }
  const folder = await specs.read(dirname(target), 0);
  if (folder.kind !== 'not-a-file' && folder.kind !== 'failed') {
    throw new ImagePromptError('CONFIG_INVALID', `Expected a folder that exists for ${file}.`, {
      hint: 'Make the folder first, or name another file with --out.',
    });
  }
  // A link would be a link no more.
  const read = await specs.read(target, MAX_BYTES, { links: false });
  if (read.kind === 'missing') return;
  if (read.kind === 'bytes' && (read.bytes.length === 0 || isContactSheet(read.bytes))) return;
  throw new ImagePromptError(
    'CONFIG_INVALID',
    `Expected a file that \`image-prompt sheet\` made, or none, at ${file}.`,
    { hint: 'Remove what is there, or name another file with --out.' },
  );
}

function assertCount({ specs }: Plan, format: WriteSheetOptions['format']): void {
  const count = specs.reduce((sum, { have }) => sum + Math.max(1, have), 0);
  if (count <= MOST_CANDIDATES[format]) return;
  throw new ImagePromptError(
    'CONFIG_INVALID',
    `Expected at most ${MOST_CANDIDATES[format]} candidates on a sheet, received ${count}.`,
    {
      hint: `Name the specs to show${format === 'png' ? ', or write a page: --out sheet.html' : ''}.`,
    },
  );
}
