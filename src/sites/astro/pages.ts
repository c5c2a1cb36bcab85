import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { replaceFile } from '../../fs/publish.ts';
import { normaliseBase } from '../folder.ts';
import { checkSite, copySiteFiles, listFiles, readOutput } from '../publish-site.ts';
import { type RewrittenSitePage, rewriteSitePage } from '../rewrite-page.ts';
import type { Site } from '../site.ts';
import { isLabelled } from './label-png.ts';

/** What finished pages need to know of their site. */
export interface AstroPages {
  site: Site;
  /** Absolute path of the site, which `/` stands for. */
  root: string;
  base: string;
  /** Where the site is published. */
  origin: string | null;
  warn(message: string): void;
}

const HINT =
  'Check the path: what is no Markdown image and no import is found from the root of the project, as in `/src/assets/hero.image.yaml`.';

/**
 * Rewrites the references of a finished page: raw `<img>`, `og:image`, icons, preloads.
 * @param onSpec told the path of each spec that it names
 * @returns null when there is nothing to do
 */
export async function rewriteAstroPage(
  { site, root, base: given, origin, warn }: AstroPages,
  { html, fileName }: { html: string; fileName: string },
  onSpec: (spec: string) => void = () => {},
): Promise<RewrittenSitePage | null> {
  const base = normaliseBase(given);
  // Nobody knows any more what a page was made of: its paths are those of the root.
  const source = join(root, fileName.replaceAll('/', '_'));
  const page = {
    html,
    source,
    name: fileName,
    fileName,
    root,
    base,
    publicBase: base,
    origin,
    missingHint: HINT,
  };
  const listening: Site = {
    ...site,
    async resolve(request, options) {
      onSpec(request.file);
      return await site.resolve(request, options);
    },
  };
  return await rewriteSitePage(listening, page, warn);
}

/**
 * Ends a build: rewrites the pages, copies the files that they need, and looks the output over.
 * @throws what is wrong with a picture, dressed like the error of a bundler; ImagePromptError LEAK_RAW, MISSING_SKETCH
 */
export async function finishPages(
  pages: AstroPages,
  { outDir, isStatic }: { outDir: string; isStatic: boolean },
): Promise<void> {
  for (const name of await listFiles(outDir)) {
    if (!/\.html?$/i.test(name)) continue;
    const target = join(outDir, name);
    const html = await readFile(target, 'utf8');
    const rewritten = await rewriteAstroPage(pages, { html, fileName: name });
    if (rewritten === null) continue;
    await copySiteFiles(rewritten.files, outDir);
    const bytes = Buffer.from(rewritten.html);
    await replaceFile({ target, bytes, tmpDir: outDir, durable: false });
  }
  if (isStatic) await removeUnnamed(outDir);
  await checkSite(pages.site, outDir, pages.warn);
}

/**
 * Removes images that Astro published to make its own of them, and that nothing shows: whoever looks at one, as Starlight
 * does when it copies the data of a page, has Astro keep it. In a server's output anything may name it.
 */
async function removeUnnamed(outDir: string): Promise<void> {
  const names = await listFiles(outDir);
  const unnamed = new Set<string>();
  for (const name of names.filter((one) => one.endsWith('.png'))) {
    if (isLabelled(await readFile(join(outDir, name)))) unnamed.add(name);
  }
  if (unnamed.size === 0) return;
  for (const name of names) {
    const { text } = await readOutput(outDir, name);
    for (const one of unnamed) if (text?.includes(basename(one))) unnamed.delete(one);
  }
  for (const name of unnamed) await rm(join(outDir, name));
}
