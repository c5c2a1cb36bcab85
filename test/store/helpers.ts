import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { digestOf, keyOf } from '../../src/recipe/key.ts';
import type { Recipe } from '../../src/recipe/types.ts';
import type { OriginalFormat } from '../../src/spec/types.ts';
import { createFsStore } from '../../src/store/fs.ts';
import type { OriginalRecord, Store, StoredOriginal } from '../../src/store/types.ts';
import { createProject } from '../helpers/project.ts';

export interface Original {
  record: OriginalRecord;
  bytes: Buffer;
}

export function createRecipe(prompt = 'A lighthouse at dusk'): Recipe {
  return {
    v: 1,
    provider: 'fal',
    model: 'openai/gpt-image-2',
    input: {
      prompt,
      image_size: { width: 816, height: 816 },
      quality: 'low',
      output_format: 'png',
    },
    files: { images: [], mask: null },
    revision: null,
  };
}

/** A picture as an encoder makes it, another one at each call. */
export async function drawPicture(type: OriginalFormat = 'png'): Promise<Buffer> {
  const background = { r: randomInt(256), g: randomInt(256), b: randomInt(256) };
  const [width, height] = [randomInt(8, 99), randomInt(8, 99)];
  return await sharp({ create: { width, height, channels: 3, background } })
    .toFormat(type)
    .toBuffer();
}

/** An original as the engine hands it to a store. */
export async function createOriginal(
  over: Partial<OriginalRecord> = {},
  type: OriginalFormat = 'png',
): Promise<Original> {
  const bytes = await drawPicture(type);
  const { width, height } = await sharp(bytes).metadata();
  const request = over.request ?? createRecipe();
  const record: OriginalRecord = {
    version: 1,
    key: keyOf(request),
    image: { digest: digestOf(bytes), bytes: bytes.length, type, width, height },
    model: request.model,
    request,
    cost: { estimatedUsd: 0.05, billedUsd: 0.04 },
    provider: 'fal',
    requestId: '0b9d4c52-5d9e-4f0e-8a53-6d0d4ff4d2a1',
    createdAt: '2026-11-21T10:00:00.000Z',
    source: 'src/hero.image.yaml',
    tool: 'unplugin-image-prompt@0.0.0',
    ...over,
  };
  return { record, bytes };
}

export interface Opened {
  store: Store;
  stored: StoredOriginal;
  /** Absolute paths of the bytes, their record and their safe copy. */
  file: string;
  recordFile: string;
  copy: string;
}

/** A store with one original in it. */
export async function openWith({ record, bytes }: Original): Promise<Opened> {
  const store = createFsStore(createProject().path('.image-prompt'));
  const stored = await store.put(record, bytes);
  const { digest } = record.image;
  return {
    store,
    stored,
    file: join(store.dir, 'originals', stored.file),
    recordFile: join(store.dir, 'originals', stored.recordFile),
    copy: join(store.stateDir, 'objects', digest.slice(0, 2), digest),
  };
}

/** Names in a folder; none when it is not there. */
export function readDir(path: string): string[] {
  return existsSync(path) ? readdirSync(path) : [];
}

/** Puts a folder in the place of a file. */
export function replaceByFolder(path: string): void {
  rmSync(path);
  mkdirSync(path);
}

/** Puts a link to the very bytes in the place of a file. */
export function replaceByLink(path: string): void {
  renameSync(path, `${path}.moved`);
  symlinkSync(`${path}.moved`, path);
}
