// The component through Svelte's own compiler, as its server renderer writes it.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Component } from 'svelte';
import { compile } from 'svelte/compiler';
import { render as renderSvelte } from 'svelte/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pictureHtml } from '../../src/picture/html.ts';
import type { PictureProps } from '../../src/svelte.ts';
import { IMAGE, tagsOf } from './helpers.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
let folder: string;
let Picture: Component<PictureProps>;

beforeAll(async () => {
  // What is published, compiled where its imports are found.
  mkdirSync(CACHE, { recursive: true });
  folder = mkdtempSync(join(CACHE, 'svelte-'));
  const source = readFileSync(join(DIST, 'picture.svelte'), 'utf8');
  const { js, warnings } = compile(source, { generate: 'server', filename: 'picture.svelte' });
  expect(warnings).toEqual([]);
  const props = pathToFileURL(join(DIST, 'image-props.js')).href;
  writeFileSync(join(folder, 'picture.mjs'), js.code.replace('./image-props.js', props));
  Picture = (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'picture.mjs')).href))
    .default;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const render = async (props: Partial<PictureProps> & Record<string, unknown> = {}) =>
  await tagsOf(renderSvelte(Picture, { props: { image: IMAGE, ...props } }).body);

test('the door leads to it', () => {
  expect(readFileSync(join(DIST, 'svelte.js'), 'utf8')).toContain("from './picture.svelte'");
});

test('renders what pictureHtml writes', async () => {
  const tags = await render();
  expect(tags).toHaveLength(4);
  // Svelte notes events that come before its scripts do.
  const own = tags.map(({ onload: _load, onerror: _error, ...tag }) => tag);
  expect(own).toEqual(await tagsOf(pictureHtml(IMAGE)));
});

test('gives attributes to the img: the author has the last word', async () => {
  const [, first, second, img] = await render({
    class: 'a b',
    style: 'color:red',
    sizes: '50vw',
    alt: '',
    width: 100,
    fetchpriority: 'high',
    id: 'x',
  });
  expect([first!['sizes'], second!['sizes'], img!['sizes']]).toEqual(['50vw', '50vw', '50vw']);
  expect(img).toMatchObject({ class: 'a b', alt: '', width: '100', height: '50', id: 'x' });
  expect(img).toMatchObject({ loading: 'eager', fetchpriority: 'high' });
  expect(img!['style']).toMatch(/^background-color:#123456;.*;color:red$/);
});

test('compiles for browsers, without a warning', () => {
  const source = readFileSync(join(DIST, 'picture.svelte'), 'utf8');
  const { js, warnings } = compile(source, { generate: 'client', filename: 'picture.svelte' });
  expect(warnings).toEqual([]);
  expect(js.code).toContain('createImageProps');
});
