import { ImagePromptError } from '../errors.ts';
import type { EditInput, EditInputs } from '../provider/types.ts';
import { digestOf } from '../recipe/key.ts';
import type { ReadFile } from '../spec/files.ts';
import type { Store } from '../store/types.ts';
import { MAX_INPUT_BYTES } from './input-files.ts';
import type { WantedInput, WantedPicture } from './plan.ts';

/** What opening the files of an edit needs of the world. */
export interface OpenDeps {
  read: ReadFile;
  store: Pick<Store, 'index' | 'read' | 'restore'>;
}

/**
 * Reads what an edit works on, and checks that it is what the key was made of.
 * @throws ImagePromptError SPEC_EDIT, MISSING_INPUT, STORE_*
 */
export async function openInputs(
  { edit }: Pick<WantedPicture, 'edit'>,
  deps: OpenDeps,
): Promise<EditInputs> {
  const images: EditInput[] = [];
  for (const input of edit?.images ?? []) images.push(await openInput(input, deps));
  const mask = edit?.mask ?? null;
  return { images, mask: mask && (await openInput(mask, deps)) };
}

async function openInput(input: WantedInput, deps: OpenDeps): Promise<EditInput> {
  if (input.kind === 'file') return await openFile(input, deps);
  const { picture, original } = input;
  if (original === null) throw missingInput(picture.spec.file, [picture]);
  const { store } = deps;
  const { digest } = original.record.image;
  const known = (await store.index()).byKey.get(original.record.key) ?? [];
  const isThere = known.some((one) => one.record.image.digest === digest);
  const bytes = await store.read(isThere ? original : await store.restore(original));
  return { digest, bytes };
}

async function openFile(
  { path: { file }, at, digest }: Extract<WantedInput, { kind: 'file' }>,
  { read }: OpenDeps,
): Promise<EditInput> {
  const found = await read(at, MAX_INPUT_BYTES);
  const bytes = found.kind === 'bytes' ? Buffer.from(found.bytes) : null;
  if (bytes !== null && digestOf(bytes) === digest) return { digest, bytes };
  const what = bytes === null ? 'is gone' : 'has changed';
  throw new ImagePromptError('SPEC_EDIT', `${file} ${what} since the spec was read.`, {
    hint: 'Run the command again: another file is another picture.',
  });
}

/** The error of a picture whose upstream is not there. */
export function missingInput(
  file: string,
  upstream: readonly Pick<WantedPicture, 'spec'>[],
): ImagePromptError {
  const names = upstream.map(({ spec }) => spec.file).join(', ');
  const message = `${file} was not made: it works on ${names}, which is not there.`;
  return new ImagePromptError('MISSING_INPUT', message, { file });
}
