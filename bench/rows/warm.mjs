// Everything is in the cache and the output is gone, as in CI with a kept cache. Ours against a Vite build that
// imports the very same files as plain assets.
import { createOurs } from '../contestants/ours.mjs';
import { createPlainAssets } from '../contestants/plain-assets.mjs';
import { measure } from '../lib/measure.mjs';
import { countOutput } from '../lib/output.mjs';
import { judge } from '../lib/statistics.mjs';
import { SETTINGS } from '../lib/work.mjs';

const TARGETS = { 24: 0.9, 96: 0.65 };

/** @param {import('../lib/bench.mjs').Bench} bench */
export async function run(bench) {
  for (const count of bench.pick({ quick: [24], full: [24, 96] })) {
    const images = await bench.originals(count);
    const work = { images, settings: SETTINGS.cheap };
    const ours = await createOurs(bench.folder(`warm-ours-${count}`), work);
    const build = async ({ argv, project }) =>
      (await measure(argv, { cwd: project.dir, env: { CI: '1' } })).cpu;
    await build(ours);
    const plain = createPlainAssets(bench.folder(`warm-plain-${count}`), ours.out);
    const runs = { floor: [], ours: [] };
    // The first of each fills caches of the system.
    for (let round = -1; round < bench.rounds({ quick: 5, full: 9 }); round++) {
      for (const [id, one] of Object.entries({ floor: plain, ours })) {
        one.clearOutput();
        const cpu = await build(one);
        if (round >= 0) runs[id].push(cpu);
      }
    }
    const [a, b] = [await countOutput(plain.out), await countOutput(ours.out)];
    const same = a.files === b.files && a.megabytes === b.megabytes;
    const target = TARGETS[count];
    bench.report({
      row: `warm build, N = ${count}, against the same files as plain assets`,
      unit: 's CPU',
      ...runs,
      target,
      ...judge({ ...runs, target }),
      note: `${same ? 'same work' : 'NOT THE SAME WORK'}: ${a.files} and ${b.files} files, ${a.megabytes.toFixed(2)} and ${b.megabytes.toFixed(2)} MB`,
    });
  }
}
