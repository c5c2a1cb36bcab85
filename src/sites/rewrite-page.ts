import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { ImagePromptError } from '../errors.ts';
import { toBundlerError, toWarning } from '../plugin/bundler-error.ts';
import { MAY_REFER } from '../plugin/references.ts';
import { locateInPage, type ReferringPage } from './locate-in-page.ts';
import { SITE_LEAK_HINT } from './refuse.ts';
import type { Site, SiteFile } from './site.ts';

/** One page of a static site, written already but for its pictures. */
export interface SitePage extends ReferringPage {
  /** What it is called in messages. @default its source, relative to the root */
  name?: string;
  /** Path below the output folder, with `/`. */
  fileName: string;
  /** What URLs begin with; not yet {@link publicBase} where Vite puts its own before them. */
  base: string;
  /** Where it is published when the option `site` does not say it. */
  origin?: string | null;
  /** What to do about a spec that is not there. */
  missingHint?: string;
  /** See {@link PageContext.withoutHead}. */
  withoutHead?: boolean;
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
  const locate = locateInPage(page, (reference, specs) => {
    throw ambiguous(name, reference, specs, session.root);
  });
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

function ambiguous(name: string, reference: string, specs: readonly string[], root: string): Error {
  const gone = specs.filter((file) => !existsSync(file));
  const [one, other] = specs.map((file) => {
    const spec = relative(root, file).replaceAll('\\', '/');
    return gone.includes(file) ? `${spec} (which does not exist)` : spec;
  });
  const rename = gone.length === 0 ? ', or give one of the two another name' : '';
  const error = new ImagePromptError(
    'SPEC_READ',
    `${name}: ${reference} may mean ${one} or ${other}, and nothing tells which: another plugin changes what the page names.`,
    {
      hint: `Name the spec relative to the file, as in ./hero.image.yaml${rename}.`,
    },
  );
  return toBundlerError(error, resolve(root, name), root);
}
