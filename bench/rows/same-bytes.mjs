// The same key has the same bytes, whatever the machine and whatever other plugins do to sharp.

import { availableParallelism } from 'node:os';
import { createOurs } from '../contestants/ours.mjs';
import { measure } from '../lib/measure.mjs';
import { digestImages } from '../lib/output.mjs';
import { writeViteConfig } from '../lib/project.mjs';
import { SETTINGS } from '../lib/work.mjs';

const CORES = [1, 2, 8];

/** @param {import('../lib/bench.mjs').Bench} bench */
export async function run(bench) {
  const images = (await bench.originals(5)).slice(bench.pick({ quick: 3, full: 0 }), 5);
  const results = [];
  for (const cores of CORES) {
    const work = { images, settings: SETTINGS.defaults };
    const ours = await createOurs(bench.folder(`bytes-${cores}`), work);
    // What a host may have set before we come.
    ours.project.write(
      'vite.config.mjs',
      writeViteConfig(
        "images({ onMissing: 'error', cacheDir: '.cache', report: false })",
        `import sharp from 'sharp';
import images from 'unplugin-image-prompt/vite';
sharp.concurrency(${cores});`,
      ),
    );
    const pinned = cores <= availableParallelism();
    const argv = pinned ? ['taskset', '-c', `0-${cores - 1}`, ...ours.argv] : ours.argv;
    const env = { CI: '1', UV_THREADPOOL_SIZE: String(cores), VIPS_CONCURRENCY: String(cores) };
    await measure(argv, { cwd: ours.project.dir, env });
    results.push({ cores, pinned, digests: digestImages(ours.out) });
  }
  const [first, ...others] = results;
  const differ = others.flatMap(({ digests }) =>
    first.digests.filter((digest) => !digests.includes(digest)),
  );
  const share = 1 - differ.length / (first.digests.length * others.length);
  const how = results
    .map(({ cores, pinned }) => `${cores} ${pinned ? 'by taskset' : 'by settings of the host'}`)
    .join(', ');
  bench.report({
    row: 'same bytes for the same key, 1, 2 and 8 cores',
    unit: 'files',
    floor: [],
    ours: [first.digests.length],
    target: 1,
    ratio: share,
    noise: null,
    verdict: share === 1 ? 'ok' : 'MISSED',
    note: `cores: ${how}`,
  });
}
