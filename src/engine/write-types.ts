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
 * matrix the map of all, and what each query that names values of its axes leaves of it.
 */
export function declareSpec({ file, parts, axes }: LoadedSpec): DeclaredSpec[] {
  const cells = groupByCell(parts);
  const pictures = cells.map(({ cell, own, art }) => ({
    path: cell,
    outcomes: [false, true].map((alpha) => outlinePicture(own, art, alpha)),
  }));
  const queries = listQueries(axes).slice(0, MOST_QUERIES);
  return queries.map((fixed): DeclaredSpec => {
    const asked = axes.flatMap(({ name }, at) =>
      fixed[at] === null ? [] : `${name}=${fixed[at]}`,
    );
    return {
      file: asked.length === 0 ? file : `${file}?${asked.join('&')}`,
      pictures: pictures
        .filter(({ path }) => path.every((value, at) => fixed[at] === null || fixed[at] === value))
        .map(({ path, outcomes }) => ({
          path: path.filter((_, at) => fixed[at] === null),
          outcomes,
        })),
    };
  });
}

/** More patterns of one spec than this would slow a compiler down for little. */
const MOST_QUERIES = 300;

/**
 * Every way to fix axes by a query, in the order of the axes: a value, or null where an axis is open. The
 * first one fixes none, the next ones all.
 */
function listQueries(axes: LoadedSpec['axes']): (string | null)[][] {
  const queries = axes.reduce<(string | null)[][]>(
    (before, { values }) => {
      // Anything else could be written in several ways, of which a pattern knows one.
      const plain = values.filter((value) => /^[\w.-]+$/.test(value));
      return before.flatMap((query) => [null, ...plain].map((value) => [...query, value]));
    },
    [[]],
  );
  const openIn = (query: (string | null)[]): number => query.filter((one) => one === null).length;
  const [whole, ...rest] = queries;
  return [whole!, ...rest.sort((a, b) => openIn(a) - openIn(b))];
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
  const art = sources.map(({ media, isAnother, spec }): ArtSource => {
    const from = variants.length;
    const { display, variants: others } = planOf(spec);
    variants.push(...others);
    const { sizes } = spec.output;
    return { media: media!, display, sizes, isAnother, from, to: variants.length };
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
