import { ImagePromptError } from '../errors.ts';
import { type DeclaredSpec, MADE_BY, writeDeclaration } from '../picture/declaration.ts';
import { type ArtSource, createPicture } from '../picture/picture.ts';
import type { Picture } from '../picture/types.ts';
import type { LoadedSpec, ResolvedSpec, SpecPart } from '../spec/types.ts';
import { planVariants } from '../variant/plan-variants.ts';
import type { Analysis, VariantPlan } from '../variant/types.ts';
import type { EngineDeps } from './engine.ts';
import { toRelative, type Wanted } from './load-wanted.ts';
import type { TypesReport } from './types.ts';

/** More than any project needs, little enough to read at once. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Which file to write, and whether. */
export interface WriteTypesOptions {
  /** Absolute path of the declaration file. */
  target: string;
  /** Only say whether it is current. */
  check: boolean;
}

/**
 * Writes the exact types of specs. A file that is current is left as it is, and nothing is written
 * while a spec has errors: its type would be lost.
 * @throws ImagePromptError CONFIG_INVALID: there is something else at the path, or it cannot be written
 */
export async function writeTypes(
  { loaded, diagnostics }: Wanted,
  { target, check }: WriteTypesOptions,
  root: string,
  deps: Pick<EngineDeps, 'specs' | 'writeResult'>,
): Promise<TypesReport> {
  const file = toRelative(root, target);
  const report = { file, specs: loaded.map((one) => one.file), changed: false, diagnostics };
  if (diagnostics.some(({ severity }) => severity === 'error')) return report;
  const text = writeDeclaration(loaded.flatMap(declareSpec));
  if ((await readDeclaration(target, file, deps)) === text) return report;
  if (!check) {
    await deps.writeResult(target, text).catch((cause: unknown) => {
      throw new ImagePromptError('CONFIG_INVALID', `${file} cannot be written.`, {
        cause,
        hint: 'Check the path and the permissions.',
      });
    });
  }
  return { ...report, changed: true };
}

/**
 * What a page may get of a spec: whether an original has transparency shows only in its pixels. Of a
 * matrix the map of all, and each picture under the query that names it.
 */
export function declareSpec({ file, parts, axes }: LoadedSpec): DeclaredSpec[] {
  const cells = groupByCell(parts);
  const pictures = cells.map(({ cell, own, art }) => ({
    path: cell,
    outcomes: [false, true].map((alpha) => outlinePicture(own, art, alpha)),
  }));
  if (axes.length === 0) return [{ file, pictures }];
  const single = pictures.flatMap(({ path, outcomes }): DeclaredSpec[] => {
    // Anything else could be written in several ways, of which a pattern knows one.
    if (!path.every((value) => /^[\w.-]+$/.test(value))) return [];
    const query = axes.map(({ name }, at) => `${name}=${path[at]}`).join('&');
    return [{ file: `${file}?${query}`, pictures: [{ path: [], outcomes }] }];
  });
  return [{ file, pictures }, ...single];
}

interface Cell {
  cell: readonly string[];
  own: ResolvedSpec;
  art: SpecPart[];
}

function groupByCell(parts: readonly SpecPart[]): Cell[] {
  const cells: Cell[] = [];
  for (const part of parts) {
    if (part.media === null) cells.push({ cell: part.cell, own: part.spec, art: [] });
    else cells.at(-1)!.art.push(part);
  }
  return cells;
}

/** A picture without its URLs. */
function outlinePicture(own: ResolvedSpec, sources: readonly SpecPart[], alpha: boolean): Picture {
  const planOf = ({ picture, output }: ResolvedSpec): VariantPlan =>
    planVariants({ original: picture, picture, output, alpha });
  const { alt, output } = own;
  const plan = planOf(own);
  const variants = [...plan.variants];
  const art = sources.map(({ media, spec }): ArtSource => {
    const from = variants.length;
    const { display, variants: others } = planOf(spec);
    variants.push(...others);
    return { media: media!, display, sizes: spec.output.sizes, from, to: variants.length };
  });
  const { placeholder } = output;
  const analysis: Analysis = {
    alpha,
    color: '',
    dataUri: placeholder === 'blur' ? '' : null,
    thumbhash: placeholder === 'thumbhash' ? '' : null,
  };
  return createPicture({ alt, plan, variants, art, analysis, output, url: () => '' });
}

/** The declaration file as it is, or null when there is none. */
async function readDeclaration(
  target: string,
  file: string,
  { specs }: Pick<EngineDeps, 'specs'>,
): Promise<string | null> {
  // A link would be a link no more.
  const read = await specs.read(target, MAX_BYTES, { links: false });
  if (read.kind === 'missing') return null;
  const text = read.kind === 'bytes' ? Buffer.from(read.bytes).toString('utf8') : '?';
  if (text !== '' && !text.includes(MADE_BY)) {
    throw new ImagePromptError(
      'CONFIG_INVALID',
      `Expected a file that \`image-prompt types\` made, or none, at ${file}.`,
      { hint: 'Remove what is there, or name another file with --out.' },
    );
  }
  // Git may write CRLF on Windows; that is no other content.
  return text.replaceAll('\r\n', '\n');
}
