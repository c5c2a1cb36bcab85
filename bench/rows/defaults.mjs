// Everybody at their own defaults, cold.
import { createOurs } from '../contestants/ours.mjs';
import { createEleventy, createImagetools } from '../contestants/peers.mjs';
import { measure } from '../lib/measure.mjs';
import { compareOutput } from '../lib/output.mjs';
import { judge, median } from '../lib/statistics.mjs';
import { SETTINGS } from '../lib/work.mjs';

/** @param {import('../lib/bench.mjs').Bench} bench */
export async function run(bench) {
  const count = bench.pick({ quick: 4, full: 24 });
  const images = await bench.originals(count);
  const work = { images, settings: SETTINGS.defaults };
  const all = {
    ours: await createOurs(bench.folder('defaults-ours'), work),
    imagetools: createImagetools(bench.folder('defaults-imagetools'), work),
    eleventy: createEleventy(bench.folder('defaults-eleventy'), work),
  };
  const runs = { ours: [], imagetools: [], eleventy: [] };
  for (let round = 0; round < bench.rounds({ quick: 1, full: 3 }); round++) {
    for (const [id, one] of Object.entries(all)) {
      one.clearOutput();
      one.clearCache();
      runs[id].push((await measure(one.argv, { cwd: one.project.dir, env: { CI: '1' } })).cpu);
    }
  }
  const best = median(runs.imagetools) <= median(runs.eleventy) ? 'imagetools' : 'eleventy';
  const dirs = Object.fromEntries(Object.entries(all).map(([id, { made }]) => [id, made]));
  const { text } = await compareOutput(dirs, images);
  const others = ['imagetools', 'eleventy']
    .map((id) => `${all[id].title} ${(median(runs[id]) / median(runs[best])).toFixed(2)}`)
    .join(', ');
  bench.report({
    row: `cold build, defaults of each, N = ${count}, against the best peer`,
    unit: 's CPU',
    floor: runs[best],
    ours: runs.ours,
    target: 0.3,
    ...judge({ ours: runs.ours, floor: runs[best], target: 0.3 }),
    note: `${others}; ${text}; only ours makes placeholders and marks provenance`,
  });
}
