import { resolve } from 'node:path';
import { ImagePromptError } from '../errors.ts';
import { labelOf } from '../report.ts';
import { MAX_SPEC_BYTES } from '../spec/files.ts';
import { setPick } from '../spec/set-pick.ts';
import { readCandidates } from './candidates.ts';
import type { EngineDeps } from './engine.ts';
import { pickCandidate } from './pick-candidate.ts';
import type { WantedPicture } from './plan.ts';

/** What a pick chose. */
export interface Picked {
  /** The spec, relative to the root. */
  file: string;
  /** Which picture of a matrix; left out of a spec without one. */
  name?: string;
  pick: number | string;
  digest: string;
}

/**
 * Sets `pick` in a spec to a candidate that exists.
 * @param cell which picture of its matrix; null without one
 * @throws ImagePromptError SPEC_PICK, SPEC_READ, STORE_RECORD, STORE_NEWER
 */
export async function pickInSpec(
  { spec, key }: WantedPicture,
  cell: string | null,
  pick: number | string,
  { root, store, specs }: Pick<EngineDeps, 'store' | 'specs'> & { root: string },
): Promise<Picked> {
  const { file, numImages } = spec;
  const index = await store.index();
  const { all: candidates } = await readCandidates(key, [{ numImages, pick }], { index, store });
  if (candidates.length === 0) {
    throw new ImagePromptError('SPEC_PICK', `There is no candidate of ${labelOf(spec)} to pick.`, {
      file,
      hint: 'Run `npx image-prompt generate` first.',
    });
  }
  const { digest } = pickCandidate(candidates, { file, pick }).record.image;
  const path = resolve(root, file);
  const read = await specs.read(path, MAX_SPEC_BYTES, { links: false });
  if (read.kind === 'not-a-file') {
    // Written, it would be a link no more; where it leads may be anybody's.
    throw new ImagePromptError('SPEC_READ', `${file} is a link, and is not written.`, {
      file,
      hint: 'Name the file that it leads to.',
    });
  }
  if (read.kind !== 'bytes') throw new ImagePromptError('SPEC_READ', `${file} cannot be read.`);
  const text = setPick(Buffer.from(read.bytes).toString('utf8'), pick, cell);
  await specs.write(path, text).catch((cause: unknown) => {
    throw new ImagePromptError('SPEC_READ', `${file} cannot be written.`, { file, cause });
  });
  return { file, ...(cell === null ? {} : { name: cell }), pick, digest };
}
