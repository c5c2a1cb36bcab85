// A browser chooses among crops and pictures by the width of its window and the colours it prefers.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../helpers/browser.ts';
import { buildOk, createProject } from '../helpers/bundlers.ts';
import { fixture } from '../helpers/bundlers-fixture.ts';
import { serveFolder } from '../helpers/static-server.ts';

const SPEC = `prompt: A harbour by day, seen from the hill behind it
alt: A harbour
image_size: { width: 1088, height: 608 }
quality: low
output: { widths: [480, 960], priority: true, quality: { jpeg: 95 } }
sources:
  - { media: "(max-width: 500px)", aspect: "3:4", widths: [240, 480] }
  - { media: "(prefers-color-scheme: dark)", prompt: "The same harbour by night, with lamps along the quay" }
`;
const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Harbour</title><link rel="icon" href="data:,">
<style>body { margin: 0 } img { width: 100%; height: auto; display: block }</style></head>
<body><img src="./src/harbour.image.yaml"><p id="below">Below</p></body></html>
`;

let browser: Browser;
let site: Awaited<ReturnType<typeof serveFolder>>;

beforeAll(async () => {
  const project = createProject({
    ...fixture({
      imports: `import { sketch } from 'unplugin-image-prompt';`,
      options: '{ provider: sketch() }',
    }),
    'index.html': PAGE,
    'src/harbour.image.yaml': SPEC,
  });
  await buildOk(project, 'vite');
  browser = await launchBrowser();
  site = await serveFolder(project.path('dist'));
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

describe.each([
  { width: 400, scheme: 'light', name: /harbour-1-456/, ratio: 3 / 4 },
  { width: 400, scheme: 'dark', name: /harbour-1-456/, ratio: 3 / 4 },
  { width: 900, scheme: 'dark', name: /harbour-2-960/, ratio: 1088 / 608 },
  { width: 900, scheme: 'light', name: /harbour-960/, ratio: 1088 / 608 },
] as const)('$width px, $scheme', ({ width, scheme, name, ratio }) => {
  test('one file is fetched, the right one, and nothing moves', async () => {
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      colorScheme: scheme,
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    const fetched: string[] = [];
    page.on('console', (message) => {
      if (/error|warning/.test(message.type())) complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (request.resourceType() === 'image' && !request.url().startsWith('data:')) {
        fetched.push(request.url());
      }
    });
    await page.addInitScript(`globalThis.shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) globalThis.shift += entry.value;
      }).observe({ type: 'layout-shift', buffered: true });`);
    await page.goto(site.url, { waitUntil: 'load' });
    const shown = await page.locator('img').evaluate(async (image: HTMLImageElement) => {
      await image.decode();
      const { width, height } = image.getBoundingClientRect();
      return {
        url: image.currentSrc,
        ratio: width / height,
        natural: image.naturalWidth / image.naturalHeight,
      };
    });
    // Chromium complains of preloads that nothing used a few seconds after the page has loaded.
    await sleep(4500);
    expect(shown.url).toMatch(name);
    expect(shown.url).toMatch(/\.avif$/);
    expect(shown.ratio).toBeCloseTo(ratio, 2);
    expect(shown.natural).toBeCloseTo(ratio, 2);
    expect(fetched).toEqual([shown.url]);
    expect(complaints).toEqual([]);
    expect(await page.evaluate('globalThis.shift')).toBe(0);
    await context.close();
  });
});
