import { ImagePromptError } from '../errors.ts';
import { type DeclaredSpec, MADE_BY, writeDeclaration } from '../picture/declaration.ts';
import { createPicture } from '../picture/picture.ts';
import type { ResolvedSpec } from '../spec/types.ts';
import { planVariants } from '../variant/plan-variants.ts';
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
  { loaded, pictures, diagnostics }: Wanted,
  { target, check }: WriteTypesOptions,
  root: string,
  deps: Pick<EngineDeps, 'specs' | 'writeResult'>,
): Promise<TypesReport> {
  const file = toRelative(root, target);
  const report = { file, specs: loaded.map((one) => one.file), changed: false, diagnostics };
  if (diagnostics.some(({ severity }) => severity === 'error')) return report;
  const text = writeDeclaration(pictures.map(({ spec }) => declareSpec(spec)));
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

/** What a page may get of a spec: whether an original has transparency shows only in its pixels. */
export function declareSpec({ file, alt, picture, output }: ResolvedSpec): DeclaredSpec {
  const outcomes = [false, true].map((alpha) => {
    const plan = planVariants({ original: picture, picture, output, alpha });
    return createPicture({
      alt,
      plan,
      variants: plan.variants,
      analysis: {
        alpha,
        color: '',
        dataUri: output.placeholder === 'blur' ? '' : null,
        thumbhash: output.placeholder === 'thumbhash' ? '' : null,
      },
      output,
      url: () => '',
    });
  });
  return { file, outcomes };
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
