import { join } from 'node:path';
import { type Diagnostic, ImagePromptError, isImagePromptError } from '../errors.ts';
import { formatEstimate, writeCommand } from '../sheet/texts.ts';
import { fitThumbnail } from '../sheet/thumbnail.ts';
import type { SheetCandidate, SheetNote, SheetSection, Thumbnail } from '../sheet/types.ts';
import type { StoredOriginal } from '../store/types.ts';
import { type Candidates, isShort, joinCandidates } from './candidates.ts';
import type { EngineDeps } from './engine.ts';
import type { Wanted } from './load-wanted.ts';
import { pickCandidate } from './pick-candidate.ts';
import { findRefusal, type WantedPicture } from './plan.ts';
import type { Plan, PlanItem, SheetReport } from './types.ts';

/** More than any thumbnail has. */
const MAX_BYTES = 4 * 1024 * 1024;

type SheetDeps = Pick<EngineDeps, 'store' | 'specs' | 'renderer'>;

/** What a contact sheet shows, and what it tells a script. */
export interface MadeSheet extends Pick<SheetReport, 'specs' | 'problems'> {
  sheet: SheetSection[];
}

/** One spec of it. */
interface MadeSection {
  section: SheetSection;
  problems: ImagePromptError[];
}

/**
 * Collects the candidates of specs with their thumbnails, one original after the other.
 * @param plan of the same specs: it knows what is missing
 */
export async function makeSheet(
  { loaded, pictures, diagnostics }: Wanted,
  plan: Plan,
  deps: SheetDeps,
): Promise<MadeSheet> {
  const { store } = deps;
  const { byKey } = await store.index();
  const made: MadeSheet = { sheet: [], specs: [], problems: [] };
  const shown = new Set<string>();
  for (const [index, picture] of pictures.entries()) {
    // Another crop of what is shown already has no candidates of its own.
    const id = JSON.stringify([picture.spec.file, picture.key, picture.spec.pick]);
    if (shown.has(id)) continue;
    shown.add(id);
    const own = byKey.get(picture.key) ?? [];
    const lost = isShort(own, picture.spec) ? await store.findLost(new Set([picture.key])) : [];
    const candidates = joinCandidates(own, lost);
    const item = plan.specs[index]!;
    const planned = { item, refusal: findRefusal(item, plan) };
    const { section, problems } = await makeSection(picture, planned, candidates, deps);
    made.sheet.push(section);
    made.problems.push(...problems);
    const { file, name, pick } = picture.spec;
    made.specs.push({
      file,
      ...(name === null ? {} : { name }),
      pick,
      candidates: section.candidates.map(toReport),
    });
  }
  for (const { file } of loaded.filter(({ spec }) => spec === null)) {
    const wrong = diagnostics.filter((one) => one.file === file && one.severity === 'error');
    const text = `not read: ${wrong[0]?.message ?? 'the spec has errors'}`;
    const note: SheetNote = { tone: 'problem', text, command: writeCommand('check', file) };
    made.sheet.push({ file, name: null, pickAs: file, alt: '', candidates: [], notes: [note] });
  }
  // Stable, so that the pictures of one spec stay in order.
  made.sheet.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
  return made;
}

async function makeSection(
  { spec }: WantedPicture,
  { item, refusal }: { item: PlanItem; refusal: Diagnostic | null },
  { own, all }: Candidates,
  deps: SheetDeps,
): Promise<MadeSection> {
  const { file, name, alt } = spec;
  const problems: ImagePromptError[] = [];
  const picked = pickIn(all, spec);
  const candidates: SheetCandidate[] = [];
  for (const original of own) {
    const shown = await drawThumbnail(original, deps);
    const problem = isImagePromptError(shown) ? shown : null;
    if (problem) problems.push(problem);
    candidates.push({
      ...describe(original),
      number: all.indexOf(original) + 1,
      picked: original === picked,
      thumbnail: isImagePromptError(shown) ? null : shown,
      problem: problem?.message ?? null,
    });
  }
  const notes = refusal ? [] : createNotes(item, candidates);
  if (refusal) notes.push({ tone: 'problem', text: refusal.message, command: null });
  if (isImagePromptError(picked)) {
    if (!refusal) notes.push({ tone: 'problem', text: picked.message, command: null });
    // The plan tells of a refusal; else it may be one of those that are still to come.
    if (item.missing === 0 && !refusal) problems.push(picked);
  }
  return { section: { file, name, pickAs: nameForPick(spec), alt, candidates, notes }, problems };
}

/** As the command line names it: `pick` writes no items of `sources`. */
function nameForPick({ file, name, isSource }: WantedPicture['spec']): string | null {
  if (isSource) return null;
  return name === null ? file : `${file}#${name}`;
}

/** The picked original, null where there is nothing to pick from, or why it is none of them. */
function pickIn(
  originals: readonly StoredOriginal[],
  spec: WantedPicture['spec'],
): StoredOriginal | ImagePromptError | null {
  if (originals.length === 0) return null;
  try {
    return pickCandidate(originals, spec);
  } catch (error) {
    if (isImagePromptError(error)) return error;
    throw error;
  }
}

function describe({
  record,
}: StoredOriginal): Omit<SheetCandidate, 'number' | 'picked' | 'thumbnail' | 'problem'> {
  const { image, cost, createdAt, requestId } = record;
  const { digest, width, height, bytes } = image;
  const usd = cost.billedUsd ?? cost.estimatedUsd;
  const billed = cost.billedUsd !== null;
  return { digest, width, height, bytes, usd, billed, createdAt, requestId };
}

/** The thumbnail of an original, or why there is none. */
async function drawThumbnail(
  original: StoredOriginal,
  { store, specs, renderer }: SheetDeps,
): Promise<Thumbnail | ImagePromptError> {
  const { digest, width, height } = original.record.image;
  const size = fitThumbnail({ width, height });
  try {
    // The cache may still show what the store has lost: the bytes come first.
    const sound = (await store.check(original)) === 'ok';
    if (!sound) await store.read(original);
    const { path } = await renderer.renderOne(
      {
        source: digest,
        file: join(store.dir, 'originals', original.file),
        crop: { picture: size, box: null, position: 'centre', size },
        placeholder: 'none',
        provenance: null,
      },
      { ...size, format: 'webp', options: { quality: 80 } },
      () => store.read(original),
    );
    const read = await specs.read(path, MAX_BYTES);
    if (read.kind === 'bytes') return { ...size, bytes: read.bytes };
    return new ImagePromptError('IMAGE_ENCODE', `The thumbnail of ${original.file} is gone.`);
  } catch (error) {
    if (isImagePromptError(error)) return error;
    throw error;
  }
}

function createNotes(item: PlanItem, candidates: readonly SheetCandidate[]): SheetNote[] {
  const { file, state, reason, missing, have, usd } = item;
  const notes: SheetNote[] = [];
  // What is wrong with an original, its tile says.
  if (state === 'broken' && candidates.every(({ problem }) => problem === null)) {
    notes.push({ tone: 'problem', text: reason, command: 'npx image-prompt verify --repair' });
  }
  const generate = writeCommand('generate', file);
  if (missing > 0) {
    const price = usd === 0 ? '' : `, ${formatEstimate(usd)}`;
    const what = reason === 'not in the store' ? 'missing' : reason;
    notes.push({ tone: 'missing', text: `${what}${price}`, command: generate });
  }
  const safe = have - candidates.length;
  if (safe > 0) {
    const text = `${safe} more in the safe copies, restored for free`;
    notes.push({ tone: 'missing', text, command: generate });
  }
  return notes;
}

function toReport(one: SheetCandidate): SheetReport['specs'][number]['candidates'][number] {
  const { number, digest, picked, width, height, bytes, usd, createdAt, requestId } = one;
  return { number, digest, picked, width, height, bytes, usd, createdAt, requestId };
}
