// The loop of whoever writes prompts, in a real browser: every edit shows at once and in place, a picture
// that is paid for elsewhere appears by itself, and mistakes are told and forgotten.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDefaultEngine, defaultProvider } from '../../src/engine/defaults.ts';
import { resolveOptions } from '../../src/options.ts';
import { type FalStandIn, startFalStandIn } from '../fal-stand-in/index.mjs';
import { launchBrowser } from '../helpers/browser.ts';
import {
  readCells,
  readImage,
  type ShownImage,
  type WatchedPage,
  watchPage,
} from '../helpers/browser-page.ts';
import { SERVERS } from '../helpers/browser-servers.ts';
import { createProject, type Project, runBin } from '../helpers/bundlers.ts';

const SPEC = 'src/hero.image.yaml';
const YAML = `prompt: a lighthouse on a cliff above a calm sea, early morning light
alt: A lighthouse
image_size: { width: 960, height: 720 }
quality: low
output:
  widths: [480, 960]
`;
// All kinds of hot replacement at once: each server knows one of them.
const MAIN = `import { pictureHtml } from 'unplugin-image-prompt/html';
import hero from './hero.image.yaml';
const show = (picture) => {
  document.querySelector('#app').innerHTML = pictureHtml(picture);
};
show(hero);
if (import.meta.hot) import.meta.hot.accept('./hero.image.yaml', (next) => show(next.default));
if (import.meta.webpackHot) import.meta.webpackHot.accept('./hero.image.yaml', () => show(hero));
`;

let browser: Browser;
let standIn: FalStandIn;
let env: Record<string, string>;

beforeAll(async () => {
  browser = await launchBrowser();
  standIn = await startFalStandIn();
  // A key is there: the dev server could pay, but must not.
  env = { FAL_KEY: standIn.key, IMAGE_PROMPT_FAL_BASE_URL: standIn.baseUrl };
});
afterAll(async () => {
  await browser?.close();
  await standIn?.close();
});

describe.each(SERVERS)('$name', ({ files, start, overlay, reloadsAfterMistakes }) => {
  let project: Project;
  let origin: string;
  let watched: WatchedPage;
  let paid: ShownImage;

  const edit = (from: string | RegExp, to: string): void =>
    project.write({ [SPEC]: project.read(SPEC).replace(from, to) });

  /** Waits until the page shows something else than before, and is what the spec asks for. */
  const swap = async (before: ShownImage): Promise<ShownImage> => {
    await watched.page.waitForFunction(
      ({ src, alt }) => {
        const image = document.querySelector('img');
        return (
          image?.complete &&
          image.currentSrc !== '' &&
          (image.currentSrc !== src || image.alt !== alt)
        );
      },
      before,
      { timeout: 90_000 },
    );
    const shown = await readImage(watched.page);
    await expectPixels(project, shown);
    return shown;
  };

  beforeAll(async () => {
    standIn.reset();
    project = createProject({ ...files, [SPEC]: YAML, 'src/main.js': MAIN });
    origin = await start(project, env);
    watched = await watchPage(browser);
    await watched.page.goto(origin, { waitUntil: 'load' });
    await watched.page.waitForSelector('img');
    await watched.page.evaluate(() => Object.assign(globalThis, { marker: 'alive' }));
  });

  /** Nothing moved, nothing was complained about, and the document is still the first one. */
  const expectInPlace = async (): Promise<void> => {
    expect(watched.complaints).toEqual([]);
    expect(watched.loads()).toBe(1);
    expect(await watched.page.evaluate(() => (globalThis as { marker?: string }).marker)).toBe(
      'alive',
    );
    expect(await watched.layoutShift()).toBe(0);
  };

  test('a missing picture is a sketch of the right size', async () => {
    const shown = await readImage(watched.page);
    expect(shown).toMatchObject({ alt: 'A lighthouse', width: 960, height: 720 });
    expect(shown.src).toMatch(/\.avif$/);
    await expectPixels(project, shown);
    await expectInPlace();
    expect(standIn.requests).toEqual([]);
  });

  test('alt changes in place, and the picture is not loaded again', async () => {
    const before = await readImage(watched.page);
    edit('A lighthouse', 'A tower with a lamp');
    const after = await swap(before);
    expect(after).toMatchObject({ alt: 'A tower with a lamp', src: before.src });
    await expectInPlace();
  });

  test('output changes in place', async () => {
    const before = await readImage(watched.page);
    edit('[480, 960]', '[480, 960]\n  formats: [webp, fallback]');
    const after = await swap(before);
    expect(after.src).toMatch(/\.webp$/);
    await expectInPlace();
  });

  test('another prompt is another sketch, in place', async () => {
    const before = await readImage(watched.page);
    edit('lighthouse on a cliff', 'windmill on a hill');
    const after = await swap(before);
    expect(distance(after.cells, before.cells)).toBeGreaterThan(8);
    await expectInPlace();
    expect(standIn.requests).toEqual([]);
    expect(project.files('.image-prompt')).toEqual([]);
  });

  test('a picture that another process buys appears by itself', async () => {
    const before = await readImage(watched.page);
    const finished = await runBin(project, ['image-prompt', 'generate', '--yes'], env);
    expect(finished.code).toBe(0);
    paid = await swap(before);
    expect(distance(paid.cells, before.cells)).toBeGreaterThan(8);
    await expectInPlace();
    expect(standIn.stats.billedImages).toBe(1);
  });

  test('away from the prompt and back: the paid picture is there again, and nothing is paid', async () => {
    edit('windmill', 'water mill');
    const sketch = await swap(paid);
    expect(distance(sketch.cells, paid.cells)).toBeGreaterThan(8);
    edit('water mill', 'windmill');
    const back = await swap(sketch);
    expectSame(back, paid);
    await expectInPlace();
    expect(standIn.stats).toMatchObject({ submits: 1, billedImages: 1 });
  });

  test('a mistake is shown with its place, and mending it goes on where it was', async () => {
    edit('quality: low', 'quality: lwo');
    const told = watched.page.locator(overlay);
    await told.waitFor({ state: 'attached' });
    const text = await readOverlay(watched, overlay, 'src/hero.image.yaml:4');
    expect(text).toContain('SPEC_VALUE');
    expect(text).toContain('quality: lwo');
    // Vite tells of it in the console as well.
    watched.complaints.length = 0;
    // chokidar drops a change that follows another within 50 ms.
    await sleep(150);
    edit('quality: lwo', 'quality: low');
    await told.waitFor({ state: 'detached' });
    if (reloadsAfterMistakes) {
      await watched.page.waitForFunction(() => !('marker' in globalThis));
      await watched.page.waitForSelector('img');
    } else {
      await expectInPlace();
    }
    expectSame(await readImage(watched.page), paid);
  });

  test('a page that opens on a mistake recovers by itself', async () => {
    const good = project.read(SPEC);
    project.write({ [SPEC]: good.replace('quality: low', 'extends: ./look.yaml') });
    await watched.page.waitForSelector(overlay, { state: 'attached' });
    await watched.page.reload();
    await watched.page.waitForSelector(overlay, { state: 'attached' });
    await readOverlay(watched, overlay, 'SPEC_EXTENDS');
    project.write({ 'src/look.yaml': 'quality: low\n' });
    await watched.page.waitForSelector('img', { timeout: 90_000 });
    expectSame(await readImage(watched.page), paid);
    await expect.poll(() => watched.page.locator(overlay).count()).toBe(0);
    expect(standIn.stats.billedImages).toBe(1);
  });
});

/** The same picture: what was a draft at first sight may have its full settings by now. */
function expectSame(shown: ShownImage, before: ShownImage): void {
  expect({ ...shown, cells: null }).toEqual({ ...before, cells: null });
  expect(distance(shown.cells, before.cells)).toBeLessThan(6);
}

/**
 * Text of an overlay, in its shadow or its frame, as soon as it has the part it must have: an overlay is on
 * the page before it is filled, and after a reload shows what the server knew last until it has compiled anew.
 */
async function readOverlay(
  { page }: WatchedPage,
  selector: string,
  expected: string,
): Promise<string> {
  let text = '';
  const read = async (): Promise<string> => {
    text = await page.evaluate((found) => {
      const element = document.querySelector(found);
      const inside = element instanceof HTMLIFrameElement ? element.contentDocument?.body : null;
      return (element?.shadowRoot ?? inside ?? element)?.textContent ?? '';
    }, selector);
    return text;
  };
  await expect.poll(read, { timeout: 90_000 }).toContain(expected);
  return text;
}

/** What the engine makes of the spec as it stands, without any server: the page has to show the same. */
async function expectPixels(project: Project, shown: ShownImage): Promise<void> {
  const options = resolveOptions(
    { cacheDir: project.path('expected') },
    { root: project.root, command: 'serve', env: {}, defaultProvider },
  );
  const { variants } = await createDefaultEngine(options, {}).buildPicture(project.path(SPEC), {
    encode: true,
  });
  expect(distance(shown.cells, await readCells(variants.at(-1)!.path))).toBeLessThan(6);
}

/** Mean difference of two grids, of 255. */
function distance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
}
