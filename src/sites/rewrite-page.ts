import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { ImagePromptError } from '../errors.ts';
import { toBundlerError, toWarning } from '../plugin/bundler-error.ts';
import type { SpecRequest } from '../plugin/ids.ts';
import { locateReference, MAY_REFER } from '../plugin/references.ts';
import { findWritten } from './find-written.ts';
import { SITE_LEAK_HINT } from './refuse.ts';
import type { Site, SiteFile } from './site.ts';

/** One page of a static site, written already but for its pictures. */
export interface SitePage {
  html: string;
  /** Absolute path of its source. */
  source: string;
  /** What it is called in messages. @default its source, relative to the root */
  name?: string;
  /** Path below the output folder, with `/`. */
  fileName: string;
  /** Absolute path of the folder that `/` stands for. */
  root: string;
  base: string;
  /** Where the site is published below its host, when {@link base} is not yet that: Vite puts its own before URLs. */
  publicBase: string;
  /** Where it is published when the option `site` does not say it. */
  origin?: string | null;
  /** What to do about a spec that is not there. */
  missingHint?: string;
  /** See {@link PageContext.withoutHead}. */
  withoutHead?: boolean;
  /** What other plugins and templates put before references that begin with `/`. @default publicBase */
  prefix?: string;
  /** The page before other plugins did so; left out where nobody knows it. */
  written?: string;
}

/** What came of a page. */
export interface RewrittenSitePage {
  html: string;
  /** To be published with it. */
  files: readonly SiteFile[];
}

/**
 * Rewrites the references of a page that is HTML already.
 * @returns null when there is nothing to do
 * @throws what is wrong with a picture, dressed like the error of a bundler
 */
export async function rewriteSitePage(
  site: Site,
  page: SitePage,
  warn: (message: string) => void,
): Promise<RewrittenSitePage | null> {
  const { html, source, base } = page;
  if (!MAY_REFER.test(html)) return null;
  const { session } = site;
  const name = page.name ?? relative(session.root, source).replaceAll('\\', '/');
  const origin = (await session.options()).site ?? page.origin ?? null;
  const files: SiteFile[] = [];
  const locate = locateIn(page);
  const { rewritePage } = await import('../plugin/html/rewrite-page.ts');
  const rewritten = await rewritePage(html, {
    markAbsolute: origin !== null,
    withoutHead: page.withoutHead,
    emptyAltSaysNothing: /\.(?:md|markdown|mdx)$/i.test(source),
    async pictureOf(reference, offset, priority) {
      const { own, request } = locate(reference, offset);
      if (!existsSync(request.file)) throw missing(name, own, session.root, page.missingHint);
      try {
        const built = await site.resolve(request, { base, priority });
        files.push(...built.files);
        for (const one of built.warnings) warn(toWarning(one, request.file).message);
        return built;
      } catch (error) {
        throw toBundlerError(error, request.file, session.root);
      }
    },
    refuse: (reference, _offset, where) =>
      toBundlerError(
        new ImagePromptError(
          'LEAK_RAW',
          `${name}: no picture can stand in ${where}: ${reference}`,
          {
            hint: SITE_LEAK_HINT,
          },
        ),
        source,
        session.root,
      ),
  });
  if (rewritten === null) return null;
  if (origin === null) {
    for (const meta of rewritten.metas) {
      warn(
        `${name}: ${meta.name} needs an absolute URL. Set the option \`site\`, such as 'https://example.org'.`,
      );
    }
    return { html: rewritten.html, files };
  }
  const { makeAbsolute } = await import('../plugin/html/absolute.ts');
  const move = (url: string): string =>
    url.startsWith(base) ? `${page.publicBase}${url.slice(base.length)}` : url;
  return { html: await makeAbsolute(rewritten.html, page.fileName, origin, move), files };
}

/** What a reference means, and how its author wrote it. */
interface Located {
  own: string;
  request: SpecRequest;
}

/** Says what a reference of a page means; other plugins may have put the base before it already. */
function locateIn(page: SitePage): (reference: string, offset: number) => Located {
  const { html, source, root, prefix = page.publicBase, written } = page;
  const from = { file: source, root };
  const read = written === undefined ? () => null : findWritten(html, written, prefix);
  return (reference, offset) => {
    const path = reference.trim();
    const own = read(path, offset) ?? path;
    const given = locateReference(own, from);
    const isGiven = own !== path || existsSync(given.file) || !path.startsWith(prefix);
    // A template may have put it there, as Eleventy's filter `url` does.
    const request = isGiven ? given : locateReference(`/${path.slice(prefix.length)}`, from);
    return { own, request };
  };
}

const MISSING_HINT =
  'Check the path: it is relative to the source of the page, or to the input folder when it begins with `/`. Layouts and includes need the latter.';

function missing(name: string, reference: string, root: string, hint = MISSING_HINT): Error {
  const error = new ImagePromptError(
    'SPEC_READ',
    `${name} names a spec that does not exist: ${reference}`,
    { hint },
  );
  return toBundlerError(error, resolve(root, name), root);
}
