import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { launchBrowser } from '../helpers/browser.ts';
import { shownSrc } from '../helpers/browser-page.ts';
import { serveFolder } from '../helpers/static-server.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIST = join(ROOT, 'playground/dist');

/** What the page says of one of its images. */
interface Shown {
  alt: string | null;
  currentSrc: string;
  candidates: { url: string; width: number }[];
  sizes: string;
  slot: number;
  ratio: number;
  attributes: { width: number; height: number };
  loaded: boolean;
}

let browser: Browser;
let site: Awaited<ReturnType<typeof serveFolder>>;

beforeAll(async () => {
  // The README's own command; with everything in the store it takes seconds.
  // Without the mark of a test run: under that pictures are previews, which no store keeps.
  const { VITEST: _, ...env } = process.env;
  const demo = spawnSync(process.execPath, [join(ROOT, 'scripts/demo.mjs'), '--built'], {
    encoding: 'utf8',
    env,
  });
  expect(demo.status, demo.stdout + demo.stderr).toBe(0);
  browser = await launchBrowser();
  site = await serveFolder(DIST);
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

describe.each([
  { width: 400, density: 1, scheme: 'light' },
  { width: 400, density: 2, scheme: 'dark' },
  { width: 1400, density: 1, scheme: 'dark' },
  { width: 1400, density: 2, scheme: 'light' },
] as const)('$width px, density $density, $scheme', ({ width, density, scheme }) => {
  let shown: Shown[];
  let shift: number;
  const complaints: string[] = [];

  beforeAll(async () => {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      deviceScaleFactor: density,
      colorScheme: scheme,
    });
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        complaints.push(message.text());
      }
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
    page.on('response', (response) => {
      if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
    });
    await watchLayout(page);
    await page.goto(site.url, { waitUntil: 'load' });
    await scrollThrough(page);
    shown = await readImages(page);
    shift = await page.evaluate('globalThis.layoutShift');
    await context.close();
  });

  test('nobody complains', () => {
    expect(complaints).toEqual([]);
  });

  test('nothing shifts', () => {
    expect(shift).toBe(0);
  });

  test('there are at least eight pictures, all loaded, all with alt', () => {
    expect(shown.length).toBeGreaterThanOrEqual(8);
    for (const image of shown) {
      expect(image.alt, image.currentSrc).not.toBeNull();
      expect(image.loaded, image.currentSrc).toBe(true);
    }
    expect(shown.some((image) => image.alt === '')).toBe(true);
  });

  test('AVIF is chosen, at the smallest width that is enough', () => {
    for (const image of shown) {
      expect(image.currentSrc).toMatch(/\.avif$/);
      const chosen = image.candidates.find((one) => one.url === image.currentSrc);
      expect(chosen, image.currentSrc).toBeDefined();
      const needed = image.slot * density;
      const enough = image.candidates.filter((one) => one.width >= needed - 1);
      const best = enough[0] ?? image.candidates.at(-1);
      expect(chosen?.width, `${image.currentSrc} in ${image.slot} px (${image.sizes})`).toBe(
        best?.width,
      );
    }
  });

  test('width and height say the ratio that is shown', () => {
    for (const { attributes, ratio, currentSrc } of shown) {
      // A width of a few hundred pixels rounds its height by up to half a pixel.
      expect(attributes.width / attributes.height / ratio, currentSrc).toBeCloseTo(1, 1.5);
    }
  });
});

test('the output holds no prompt, no key and no path', () => {
  const specs = readdirSync(join(ROOT, 'playground/src/images')).filter((name) =>
    name.endsWith('.yaml'),
  );
  const prompts = specs.flatMap((name) => {
    const spec = parse(readFileSync(join(ROOT, 'playground/src/images', name), 'utf8')) as {
      prompt?: string | Record<string, string | string[]>;
      sources?: { prompt?: Record<string, string | string[]> }[];
    };
    const { prompt, sources = [] } = spec;
    const texts = [
      ...(typeof prompt === 'object' ? Object.values(prompt).flat() : [prompt]),
      ...sources.flatMap((source) => Object.values(source.prompt ?? {}).flat()),
    ];
    // Long enough to be the prompt's and nobody else's words.
    return texts.filter((text) => text !== undefined).flatMap((text) => text.match(/.{40}/g) ?? []);
  });
  const originals = readdirSync(join(ROOT, 'playground/.image-prompt/originals'));
  const keys = originals.map((name) => name.split('--')[1] ?? '');
  expect(prompts.length).toBeGreaterThan(8);
  expect(keys.length).toBeGreaterThan(8);
  const files = readdirSync(DIST, { recursive: true, withFileTypes: true }).filter((one) =>
    one.isFile(),
  );
  for (const file of files) {
    const text = readFileSync(join(file.parentPath, file.name), 'latin1');
    for (const secret of [...prompts, ...keys, ...specs, ROOT]) {
      expect(text.includes(secret), `${file.name} holds ${secret}`).toBe(false);
      expect(file.name).not.toContain(secret);
    }
  }
});

/** Sums every layout shift from the start, also those after input. */
async function watchLayout(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const scope = globalThis as unknown as { layoutShift: number };
    scope.layoutShift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        scope.layoutShift += (entry as unknown as { value: number }).value;
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** Brings every lazy image into view and waits until it is there. */
async function scrollThrough(page: Page): Promise<void> {
  for (const image of await page.locator('img').all()) {
    await image.scrollIntoViewIfNeeded();
    await shownSrc(image);
  }
}

async function readImages(page: Page): Promise<Shown[]> {
  return await page.evaluate(() =>
    [...document.images].map((image) => {
      const sources = image.closest('picture')?.querySelectorAll<HTMLSourceElement>('source');
      // The first that fits, as a browser chooses; all of these know AVIF, which is the first of each.
      const source = [...(sources ?? [])].find(({ media }) => matchMedia(media || 'all').matches);
      const sized = source?.hasAttribute('width') ? source : image;
      const srcset = source?.srcset ?? image.srcset;
      const box = image.getBoundingClientRect();
      return {
        alt: image.getAttribute('alt'),
        currentSrc: image.currentSrc,
        sizes: source?.sizes ?? image.sizes,
        candidates: srcset.split(', ').map((candidate) => {
          const [url = '', width = '0w'] = candidate.trim().split(' ');
          return { url: new URL(url, document.baseURI).href, width: Number.parseInt(width, 10) };
        }),
        slot: box.width,
        ratio: image.naturalWidth / image.naturalHeight,
        // Not `image.width`, which is what is rendered.
        attributes: {
          width: Number(sized.getAttribute('width')),
          height: Number(sized.getAttribute('height')),
        },
        loaded: image.complete && image.naturalWidth > 0,
      };
    }),
  );
}
