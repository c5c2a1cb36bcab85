import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, expect } from 'vitest';
import { launchBrowser } from './browser.ts';
import { openBeforeImages, shownSrc, watchPage } from './browser-page.ts';
import type { SiteProject } from './sites.ts';
import { serveFolder } from './static-server.ts';

const SHOTS = fileURLToPath(
  new URL('../../node_modules/.cache/image-prompt-shots', import.meta.url),
);

let browser: Promise<Browser> | null = null;
afterAll(async () => await (await browser)?.close());

/** The browser of a test file. */
export async function openBrowser(): Promise<Browser> {
  browser ??= launchBrowser();
  return await browser;
}

/** One image as a browser shows it. */
export interface SeenImage {
  alt: string;
  src: string;
  /** Pixels of the file over those of its box, in width; 0 when it did not load. */
  density: number;
}

/**
 * Opens pages of a built site: every image loads, nothing moves, the console stays silent. A screenshot of each is left
 * in the cache of the repository, to be looked at.
 * @param pages paths below the base
 * @param still what must not move (default: everything)
 * @param own complaints of the site's own, which have nothing to do with pictures (default: none)
 * @returns the images of all pages
 */
export async function lookAt(
  site: Pick<SiteProject, 'name' | 'path'>,
  folder: string,
  {
    base,
    pages,
    still,
    own,
  }: { base: string; pages: readonly string[]; still?: string; own?: RegExp },
): Promise<SeenImage[]> {
  const server = await serveFolder(site.path(folder), base);
  const seen: SeenImage[] = [];
  try {
    for (const path of pages) {
      const { page, complaints, layoutShift, close } = await watchPage(await openBrowser());
      // A browser may draw half of a page whose parts move as the rest arrives, which is no picture's doing.
      const since = await openBeforeImages(page, `${server.url}${path}`);
      await page.waitForLoadState('load');
      for (const image of await page.locator('img:visible').all()) {
        await image.scrollIntoViewIfNeeded();
        await shownSrc(image);
      }
      const images = await page.evaluate(() =>
        [...document.images]
          .filter((image) => image.checkVisibility())
          .map((image) => ({
            alt: image.alt,
            src: image.currentSrc,
            density: image.naturalWidth / image.getBoundingClientRect().width,
          })),
      );
      expect(images.length, `images of ${path}`).toBeGreaterThan(0);
      for (const image of images) expect(image.density, image.src).toBeGreaterThan(0);
      // What another browser or screen would choose is there too.
      const urls = await page.evaluate(() =>
        [...document.querySelectorAll('img, source')].flatMap((element) => {
          const set = element.getAttribute('srcset') ?? '';
          const one = element.getAttribute('src');
          const named = set.split(/,\s+/).map((part) => part.trim().split(/\s+/)[0] ?? '');
          return [...named, ...(one === null ? [] : [one])].filter((url) => url !== '');
        }),
      );
      for (const url of new Set(urls)) {
        expect(url).not.toMatch(/\.image\.ya?ml/);
        const answer = await fetch(new URL(url, page.url()));
        expect(answer.status, url).toBe(200);
        const metadata = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
        expect(metadata.width, url).toBeGreaterThan(0);
      }
      expect(complaints.filter((text) => !own?.test(text))).toEqual([]);
      expect(await layoutShift(still, since)).toBe(0);
      mkdirSync(SHOTS, { recursive: true });
      const name = `${site.name}${path === '' ? '' : `-${path.replace(/\W+/g, '-')}`}.png`;
      await page.screenshot({ path: join(SHOTS, name) });
      await close();
      seen.push(...images);
    }
  } finally {
    await server.close();
  }
  return seen;
}
