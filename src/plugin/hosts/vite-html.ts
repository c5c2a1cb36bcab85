import type { IndexHtmlTransformContext, Plugin } from 'vite';
import { createPicture } from '../../picture/picture.ts';
import { toWarning } from '../bundler-error.ts';
import type { PagePicture } from '../html/rewrite-elements.ts';
import { srcOf } from '../load-module.ts';
import type { BundleFile } from '../output.ts';
import { lineAndColumn, type Place } from '../place.ts';
import { locateReference, MAY_REFER } from '../references.ts';
import { buildReferred, refuseAt, urlsFor, type ViteHost } from './vite-host.ts';

/** References of HTML pages to specs. */
export interface VitePages {
  hook: NonNullable<Plugin['transformIndexHtml']>;
  /** Lets a build in watch mode see the specs of a page; called while the page is transformed. */
  watchWith(page: string, addWatchFile: (file: string) => void): void;
  /** Files that changed, by whatever means: pages that show them are reloaded. */
  reload(files: readonly string[]): void;
  /** Completes pages that Vite has written into a bundle. */
  finish(bundle: Readonly<Record<string, BundleFile>>): Promise<void>;
}

/** Creates the hooks for the pages of one plugin instance. */
export function createVitePages(host: ViteHost): VitePages {
  const { session } = host;
  const watchers = new Map<string, (file: string) => void>();
  /** URLs of the pages that depend on a file, in dev. */
  const pagesOf = new Map<string, Set<string>>();
  /** Whether a page may have URLs that the end of the build has to make absolute. */
  let marked = false;

  return {
    hook: {
      // Before Vite looks for assets of its own.
      order: 'pre',
      handler: async (html, context) => await rewrite(html, context),
    },

    watchWith(page, addWatchFile) {
      watchers.set(page, addWatchFile);
    },

    reload(files) {
      const pages = new Set(files.flatMap((file) => [...(pagesOf.get(file) ?? [])]));
      for (const path of pages) host.server()?.ws.send({ type: 'full-reload', path });
    },

    async finish(bundle) {
      if (!marked) return;
      const { ABSOLUTE_MARK, makeAbsolute } = await import('../html/absolute.ts');
      for (const file of Object.values(bundle)) {
        if (file.type !== 'asset' || typeof file.source !== 'string') continue;
        if (!file.fileName.endsWith('.html') || !file.source.includes(ABSOLUTE_MARK)) continue;
        const { site } = await session.options();
        if (site === null) continue;
        file.source = await makeAbsolute(file.source, file.fileName, site);
      }
    },
  };

  async function rewrite(
    html: string,
    { filename, path }: IndexHtmlTransformContext,
  ): Promise<string | undefined> {
    for (const pages of pagesOf.values()) pages.delete(path);
    if (!MAY_REFER.test(html)) return undefined;
    const { site } = await session.options();
    const place = (offset: number): Place => ({ file: filename, text: html, offset });
    const watch = (files: readonly string[]): void => watchFor({ page: filename, path }, files);
    const built = host.server() === null;
    marked ||= built && site !== null;
    // Loaded late: most pages name no spec.
    const { rewritePage } = await import('../html/rewrite-page.ts');
    const page = await rewritePage(html, {
      markAbsolute: built && site !== null,
      pictureOf: (reference, offset, priority) =>
        pictureOf(reference, place(offset), priority, watch),
      refuse: (reference, offset, where) =>
        refuseAt(host, place(offset), {
          message: `No picture can stand in ${where}: ${reference}`,
          hint: 'Name the spec in `<img src>`, `<source srcset>` of a `<picture>`, `<link rel="icon|preload">`, `og:image`, `twitter:image` or CSS, or import it.',
        }),
    });
    if (built && site === null) {
      for (const { name, offset } of page?.metas ?? []) {
        const { line, column } = lineAndColumn(html, offset);
        host
          .config()
          .logger.warn(
            `image-prompt: ${filename}:${line}:${column}: ${name} needs an absolute URL. Set the option \`site\`, such as 'https://example.org'.`,
          );
      }
    }
    return page?.html;
  }

  async function pictureOf(
    reference: string,
    place: Place,
    priority: boolean | null,
    watch: (files: readonly string[]) => void,
  ): Promise<PagePicture> {
    const request = locateReference(reference, { file: place.file, root: host.config().root });
    // A spec that is not there yet is seen when it is written.
    if (host.server() !== null) watch([request.file]);
    const referred = await buildReferred(host, request, place, watch);
    const { built, variants } = referred;
    for (const warning of built.warnings) {
      host.config().logger.warn(`image-prompt: ${toWarning(warning, request.file).message}`);
    }
    // Vite puts the base before attributes itself.
    const url = await urlsFor(host, referred, place.file, '/');
    const output = { ...built.output, priority: priority ?? built.output.priority };
    const { alt, plan, analysis, art } = built;
    const { width, height } = srcOf(plan, variants);
    return {
      picture: createPicture({ alt, plan, variants, analysis, output, art, url }),
      srcSize: { width, height },
    };
  }

  function watchFor(
    { page, path }: { page: string; path: string },
    files: readonly string[],
  ): void {
    const server = host.server();
    for (const file of files) {
      if (server === null) watchers.get(page)?.(file);
      else {
        server.watcher.add(file);
        pagesOf.set(file, (pagesOf.get(file) ?? new Set()).add(path));
      }
    }
  }
}
