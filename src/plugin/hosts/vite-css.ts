import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { mayWrite } from '../../fs/may-write.ts';
import type { VariantSpec } from '../../variant/types.ts';
import { toBundlerError, toWarning } from '../bundler-error.ts';
import { requireVariant } from '../css/choose-variant.ts';
import { rewriteCss } from '../css/rewrite-css.ts';
import type { CssReference } from '../css/scan-css.ts';
import { relativeUrl, writeByContent } from '../named-files.ts';
import type { Place } from '../place.ts';
import { locateReference } from '../references.ts';
import {
  PLAIN,
  rebase,
  refersBelow,
  resolveImport,
  type StyleContext,
} from './vite-css-imports.ts';
import { buildReferred, refuseAt, urlsFor, type ViteHost } from './vite-host.ts';

/** Source: https://vite.dev/guide/features.html#css and, with the same list, Vite's CSS_LANGS_RE. */
const STYLE = /\.(css|less|sass|scss|styl|stylus|pcss|postcss|sss)(?:$|\?)/;
/** What Vite hands on as JavaScript or text. */
const NO_STYLE = /[?&](?:raw|url|worker|sharedworker|commonjs-proxy)\b/;

/** Whether a module is a style sheet when it comes to us. */
export function isStyle(id: string): boolean {
  return STYLE.test(id) && !NO_STYLE.test(id);
}

/** A style sheet on its way through {@link rewriteStyle}. */
interface Sheet {
  code: string;
  /** Absolute path of the file it stands in. */
  file: string;
  plain: boolean;
  /** Where the rewritten text lies: URLs are relative to it. */
  folder: string;
  /** Set in copies: the folder that other URLs were relative to. */
  from: string | null;
  /** Reached by `composes`: there Vite's PostCSS forgets where a sheet lies, so paths begin at the root. */
  composed: boolean;
  /** The sheets that import this one, outermost first. */
  above: readonly string[];
}

/**
 * Rewrites the references of a style sheet, those in the sheets it imports included: Vite inlines them
 * by itself and calls no plugin for them, so what holds references is imported from a rewritten copy.
 * @returns null when there is nothing to do
 */
export async function rewriteStyle(
  host: ViteHost,
  context: StyleContext,
  code: string,
  id: string,
): Promise<string | null> {
  const file = fileOf(id, host.config().root);
  const plain = PLAIN.test(STYLE.exec(id)?.[1] ?? '');
  return await rewrite(host, context, {
    code,
    file,
    plain,
    folder: dirname(file),
    from: null,
    composed: false,
    above: [],
  });
}

/** The file of a module: of a style block that of the page or component around it. */
function fileOf(id: string, root: string): string {
  const path = id.replace(/^\0/, '').replace(/\?.*$/s, '');
  const below = join(root, path);
  return !existsSync(path) && existsSync(below) ? below : path;
}

async function rewrite(
  host: ViteHost,
  context: StyleContext,
  sheet: Sheet,
): Promise<string | null> {
  const { code, plain, folder, from, composed } = sheet;
  return await rewriteCss(code, {
    plain,
    async urlOf(reference) {
      const start = composed ? host.config().root : folder;
      const url = await urlOf(host, context, reference, await placeIn(sheet, reference), start);
      return composed ? url.replace(/^\.\//, '/') : url;
    },
    importOf: async (reference) => await importCopy(host, context, reference, sheet),
    rebase: (url) => (from === null ? null : rebase(url, from, folder)),
    refuse: async (reference) =>
      refuseAt(host, await placeIn(sheet, reference), {
        message: `No picture can be made of ${reference.value} here.`,
        hint: 'Write the path of the spec out, in `url()` or `image-set()`.',
      }),
  });
}

/** Where a reference stands: in a style block, its place in the file around it. */
async function placeIn(
  { code, file }: Sheet,
  { start: offset, value }: CssReference,
): Promise<Place> {
  const text = await readFile(file, 'utf8').catch(() => code);
  if (text.startsWith(code)) return { file, text, offset };
  const block = text.indexOf(code);
  const found = block === -1 ? text.indexOf(value) : block + offset;
  return found === -1 ? { file, text: code, offset } : { file, text, offset: found };
}

async function urlOf(
  host: ViteHost,
  context: StyleContext,
  reference: CssReference,
  place: Place,
  folder: string,
): Promise<string> {
  const { root } = host.config();
  let request = locateReference(reference.value, { file: place.file, root });
  if (!existsSync(request.file)) {
    // An alias, or a package.
    const resolved = await context.resolve(reference.value.trim(), place.file);
    if (resolved && !resolved.external)
      request = locateReference(resolved.id, { file: place.file, root });
  }
  const watch = (files: readonly string[]): void => {
    for (const file of files) context.addWatchFile(file);
  };
  const referred = await buildReferred(host, request, place, watch);
  const { built, variants } = referred;
  for (const warning of built.warnings) context.warn(toWarning(warning, request.file));
  let variant: VariantSpec;
  try {
    variant = requireVariant(built, variants, reference, place.file);
  } catch (error) {
    throw toBundlerError(error, place.file, host.session.root);
  }
  const { config } = host;
  // Unlike in HTML, Vite takes a URL of a style sheet for what the browser gets.
  const base = `${config().server.origin ?? ''}${config().base}`;
  const url = await urlsFor(host, referred, join(folder, 'x.css'), base);
  return url(variant);
}

/** Copies an imported sheet when there are references in it or below, and gives the URL of the copy. */
async function importCopy(
  host: ViteHost,
  context: StyleContext,
  { kind, value }: CssReference,
  sheet: Sheet,
): Promise<string | null> {
  const file = await resolveImport(context, value, sheet, host.config().root);
  if (file === null) return null;
  const dir = await findCopies(host);
  const code = await readFile(file, 'utf8').catch(() => '');
  const above = [...sheet.above, sheet.file];
  if (!(await refersBelow(context, file, code, above, host.config().root))) return null;
  context.addWatchFile(file);
  // A circle ends where it closes, as for browsers: all of that sheet stands further out.
  const circle = above.includes(file);
  const copy = circle
    ? ''
    : await rewrite(host, context, {
        code,
        file,
        plain: true,
        // The folder of the copy is named for its content, which is not known yet; all are this deep.
        folder: join(dir, '0'.repeat(16)),
        from: dirname(file),
        composed: sheet.composed || kind === 'from',
        above,
      });
  const path = await writeByContent(dir, basename(file), copy ?? code);
  return relativeUrl(sheet.folder, path);
}

/** Where copies of style sheets go. It is settled before any is written: they name each other by relative paths. */
async function findCopies({ session }: ViteHost): Promise<string> {
  const dir = join((await session.options()).cacheDir, 'css');
  return mayWrite(dir) ? dir : join(session.spareFolder(), 'css');
}
