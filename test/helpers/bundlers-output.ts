import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect } from 'vitest';
import type { Picture } from '../../src/picture/types.ts';
import { type Bundler, digestOfFile, type Project, REPOSITORY, runNode } from './bundlers.ts';

/** Where a built script is served from, and what a browser takes it for. */
export interface Served {
  kind: 'module' | 'script' | 'cjs';
  /** The script, relative to `dist`. */
  file: string;
  /** URL of the folder `dist`. */
  base: string;
}

/** What a page takes the plain output of a bundler for. */
export const KIND: Readonly<Record<Bundler, Served['kind']>> = {
  vite: 'module',
  rollup: 'module',
  rolldown: 'module',
  webpack: 'script',
  rspack: 'script',
  rsbuild: 'script',
  esbuild: 'module',
  farm: 'module',
};

/** The script of the plain output, relative to `dist`: in Vite the one that the page loads. */
export function entryOf(project: Project, bundler: Bundler): string {
  if (bundler !== 'vite')
    return project.files('dist').find((name) => /^main\.c?js$/.test(name)) ?? 'main.js';
  const src = /<script[^>]* src="([^"]+)"/.exec(project.read('dist/index.html'))?.[1] ?? '';
  return /assets\/.*$/.exec(src)?.[0] ?? '';
}

/** Runs a built script as a browser would and gives what the fixture left in `globalThis.result`. */
export async function evaluate<T>(project: Project, { kind, file, base }: Served): Promise<T> {
  const script = join(REPOSITORY, 'test/helpers/bundlers-evaluate.mjs');
  const url = new URL(file, base).href;
  const flags = ['--experimental-vm-modules', '--no-warnings'];
  const words = [...flags, script, kind, project.path('dist', file), url];
  const { code, stdout, stderr } = await runNode(project, words);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

/** The file of `dist` that a URL of a page reaches; fails when there is none. */
export function fileAt(project: Project, url: string, base: string): string {
  const { protocol, href } = new URL(url, base);
  const path =
    protocol === 'file:'
      ? fileURLToPath(href)
      : project.path('dist', decodeURIComponent(href.slice(base.length)));
  expect(protocol === 'file:' || href.startsWith(base), `${url} lies below ${base}`).toBe(true);
  expect(existsSync(path), `${url} is a file of dist`).toBe(true);
  return path;
}

/** A value with the digest of the file in place of each URL of a picture: equal for equal pages. */
export function contentOf(project: Project, value: unknown, base: string): unknown {
  const digestOf = (url: string): string => digestOfFile(fileAt(project, url, base));
  const replaceUrls = (text: string): string =>
    text.replace(/[^\s,]+\.(?:avif|webp|jpe?g|png)(?=[\s,]|$)/g, digestOf);
  const walk = (one: unknown, field: string): unknown => {
    if (typeof one === 'string') return field === 'alt' ? one : replaceUrls(one);
    if (Array.isArray(one)) return one.map((item) => walk(item, field));
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([name, item]) => [name, walk(item, name)]));
  };
  return walk(value, '');
}

/** The candidates of a `srcset`. */
export function parseSrcset(srcset: string): { url: string; width: number }[] {
  return srcset.split(', ').map((candidate) => {
    const [url = '', width = ''] = candidate.split(' ');
    expect(width).toMatch(/^\d+w$/);
    return { url, width: Number.parseInt(width, 10) };
  });
}

const FIELDS = [
  'src',
  'width',
  'height',
  'alt',
  'srcset',
  'sizes',
  'sources',
  'placeholder',
  'loading',
  'priority',
];

/** What the contract promises of every picture, whatever its spec. */
export function assertShape(picture: Picture): void {
  expect(Object.keys(picture).sort()).toEqual([...FIELDS].sort());
  for (const source of picture.sources) {
    expect(Object.keys(source)).toEqual(['type', 'srcset', 'sizes']);
  }
  expect(picture.sources.map((source) => source.type)).toEqual(['image/avif', 'image/webp']);
  const { color, dataUri, ...others } = picture.placeholder;
  expect(color).toMatch(/^#[0-9a-f]{6}$/);
  expect(dataUri).toMatch(/^data:image\/webp;base64,/);
  expect(others).toEqual({});
  expect(picture.loading).toBe('lazy');
  expect(picture.priority).toBe(false);
  expect(picture.sizes).toBe('auto, 100vw');
}

/** Decodes every file a picture names: size, type and provenance are as promised. Gives the files. */
export async function checkFiles(
  project: Project,
  picture: Picture,
  base: string,
): Promise<Set<string>> {
  const files = new Set<string>();
  const all = [...picture.sources, { type: 'image/jpeg', srcset: picture.srcset }];
  for (const { type, srcset } of all) {
    for (const { url, width } of parseSrcset(srcset)) {
      const file = fileAt(project, url, base);
      files.add(file);
      const image = sharp(file);
      const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
      const metadata = await image.metadata();
      const format = metadata.format === 'heif' ? metadata.compression : metadata.format;
      const height = Math.round((width * picture.height) / picture.width);
      expect(data.length).toBeGreaterThan(0);
      expect({ type: `image/${format === 'av1' ? 'avif' : format}`, ...sizeOf(info) }).toEqual({
        type,
        width,
        height,
      });
      expect(width, 'nothing is upscaled').toBeLessThanOrEqual(picture.width);
      expect(metadata.xmp?.toString()).toContain(
        '<Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia<',
      );
    }
  }
  expect(files).toContain(fileAt(project, picture.src, base));
  return files;
}

function sizeOf({ width, height }: { width: number; height: number }): object {
  return { width, height };
}

/** Names of the pictures in `dist`, absolute. */
export function emittedImages(project: Project): string[] {
  const names = project.files('dist').filter((name) => /\.(avif|webp|jpe?g|png)$/.test(name));
  return names.map((name) => project.path('dist', name));
}
