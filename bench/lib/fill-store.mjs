// Puts given originals into a project's store, as if they had been paid for.
import { readFileSync } from 'node:fs';
import { createJiti } from 'jiti';

const jiti = createJiti(import.meta.url);
/** @param {string} path within `src`: the published package shows only its doors */
const source = (path) => jiti.import(`../../src/${path}.ts`);
const { createPictureLoader } = await source('engine/load-picture');
const { FORGETFUL } = await source('fs/memo');
const { fal } = await source('provider/fal');
const { resolveOptions } = await source('options');
const { readFileFromDisk } = await source('spec/fs');
const { createFsStore } = await source('store/fs');

/**
 * @param {string} root
 * @param {{ spec: string, original: import('./originals.mjs').Original }[]} pictures specs relative to the root
 */
export async function fillStore(root, pictures) {
  const context = { root, command: 'cli', env: {}, defaultProvider: () => fal() };
  const options = resolveOptions({}, context);
  const store = createFsStore(options.dir);
  const loader = createPictureLoader(options, readFileFromDisk, FORGETFUL);
  for (const { spec, original } of pictures) {
    const { picture, loaded } = await loader.load(spec);
    if (picture === null) throw new Error(`${spec}: ${JSON.stringify(loaded.diagnostics)}`);
    const bytes = readFileSync(original.file);
    const { digest, width, height } = original;
    const record = {
      version: 1,
      key: picture.key,
      image: { digest, bytes: bytes.length, type: 'png', width, height },
      model: picture.recipe.model,
      request: picture.recipe,
      cost: { estimatedUsd: 0, billedUsd: 0 },
      provider: 'fal',
      requestId: null,
      createdAt: '2026-01-01T00:00:00Z',
      source: spec,
      tool: 'bench',
    };
    await store.put(record, bytes);
  }
}
