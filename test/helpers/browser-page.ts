import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { vi } from 'vitest';

/** A page under observation. */
export interface WatchedPage {
  page: Page;
  /** Errors and warnings of the console, exceptions, and requests that failed. */
  complaints: string[];
  /** How often the document was loaded. */
  loads(): number;
  /**
   * Sum of every layout shift since the document was loaded.
   * @param within only of those that moved something within this selector
   * @param since in milliseconds of the page's clock
   */
  layoutShift(within?: string, since?: number): Promise<number>;
  /** Closes it, or leaves it to the end of the browser. */
  close(): Promise<void>;
}

/** How long a page is given to close, which it does at once or never. */
const CLOSE_MS = 10_000;
/** How long one look at an image may take, and all of them. */
const READ_MS = 5000;
const SHOWN_MS = 30_000;

/** Opens an empty page and watches it from before its first script. */
export async function watchPage(browser: Browser): Promise<WatchedPage> {
  const page = await browser.newPage({ viewport: { width: 900, height: 700 } });
  page.setDefaultTimeout(90_000);
  const complaints: string[] = [];
  let loads = 0;
  page.on('load', () => loads++);
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
  });
  await page.addInitScript(() => {
    const scope = globalThis as unknown as { layoutShifts: unknown[] };
    scope.layoutShifts = [];
    new PerformanceObserver((list) => {
      scope.layoutShifts.push(...list.getEntries());
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return {
    page,
    complaints,
    loads: () => loads,
    // Chromium does not always answer when a page is just being loaded anew: after an edit, say.
    close: async () => {
      await Promise.race([page.close(), pause(CLOSE_MS, undefined)]);
    },
    layoutShift: (within = ':root, :root *', since = 0) =>
      page.evaluate(
        ({ selector, begin }) => {
          type Source = { node: Node | null; currentRect: DOMRectReadOnly };
          type Shift = { value: number; startTime: number; sources: Source[] };
          const { layoutShifts } = globalThis as unknown as { layoutShifts: Shift[] };
          const isWithin = ({ node, currentRect }: Source): boolean =>
            // What is gone again may have been anywhere, but a line of a pixel was no picture: Starlight measures
            // its sidebar by one, which moves when a slow machine draws in between.
            node === null
              ? currentRect.height > 1
              : (node instanceof Element ? node : node.parentElement)?.closest(selector) != null;
          return layoutShifts
            .filter(({ startTime, sources }) => startTime >= begin && sources.some(isWithin))
            .reduce((sum, { value }) => sum + value, 0);
        },
        { selector: within, begin: since },
      ),
  };
}

/**
 * Goes to a page whose images come after it, each into the place that it was left.
 * @returns when they began to come, in milliseconds of the page's clock
 */
export async function openBeforeImages(page: Page, url: string): Promise<number> {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**', async (route) => {
    if (route.request().resourceType() === 'image') await released;
    await route.continue();
  });
  try {
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    return await page.evaluate(async () => {
      const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
      // What was parsed last is drawn with the first.
      await frame();
      await frame();
      return performance.now();
    });
  } finally {
    release();
  }
}

/** The URL of the file that an image shows, once its pixels are there; the page may be loaded anew meanwhile. */
export async function shownSrc(image: Locator): Promise<string> {
  const look = async (element: HTMLImageElement): Promise<string> => {
    await element.decode();
    return element.currentSrc;
  };
  // Hooks wait for pictures too, which `expect.poll` is not for.
  return await vi.waitFor(
    async () => {
      const src = await Promise.race([image.evaluate(look).catch(() => ''), pause(READ_MS, '')]);
      if (src === '') throw new Error(`${image} was waited for`);
      return src;
    },
    { timeout: SHOWN_MS, interval: 50 },
  );
}

async function pause<T>(milliseconds: number, value: T): Promise<T> {
  return await sleep(milliseconds, value, { ref: false });
}

/** What a page shows in its only image, once that is decoded. */
export interface ShownImage {
  src: string;
  alt: string;
  width: number;
  height: number;
  /** Eight by eight cells of red, green and blue. */
  cells: number[];
}

/** Reads the image of a page from its pixels, as the browser decoded them. */
export async function readImage(page: Page): Promise<ShownImage> {
  const { pixels, ...shown } = await page.evaluate(async () => {
    // An image that has just been inserted has no layout yet, and `sizes="auto"` stands for 100vw until it
    // has: its natural size, which is divided by the density that follows, is another one for a frame.
    const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
    await frame();
    await frame();
    const image = document.querySelector('img')!;
    await image.decode();
    const { naturalWidth: width, naturalHeight: height } = image;
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width, height });
    canvas.getContext('2d')!.drawImage(image, 0, 0);
    return {
      src: image.currentSrc,
      alt: image.alt,
      width,
      height,
      pixels: canvas.toDataURL('image/png'),
    };
  });
  const bytes = Buffer.from(pixels.slice(pixels.indexOf(',') + 1), 'base64');
  return { ...shown, cells: await readCells(bytes) };
}

/** The colours of a picture in eight by eight cells. */
export async function readCells(picture: Buffer | string): Promise<number[]> {
  const small = sharp(picture).resize(8, 8, { fit: 'fill' }).removeAlpha().raw();
  return [...(await small.toBuffer())];
}
