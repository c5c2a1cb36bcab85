// With identical settings: a cold build, and one of the originals changed.
import { join } from 'node:path';
import { createFloor } from '../contestants/floor.mjs';
import { createOurs } from '../contestants/ours.mjs';
import { createPlainAssets } from '../contestants/plain-assets.mjs';
import { measure } from '../lib/measure.mjs';
import { drawOriginalInto } from '../lib/originals.mjs';
import { compareOutput } from '../lib/output.mjs';
import { judge } from '../lib/statistics.mjs';
import { FULL_HD, SETTINGS } from '../lib/work.mjs';

/** @param {import('../lib/bench.mjs').Bench} bench */
export async function run(bench) {
  const count = 24;
  const images = await bench.originals(count);
  const work = { images, settings: SETTINGS.identical };
  const floor = createFloor(bench.folder('cold-floor'), work);
  const ours = await createOurs(bench.folder('cold-ours'), work);
  const cold = { floor: [], ours: [] };
  const build = async ({ argv, project }) => (await measure(argv, { cwd: project.dir, env })).cpu;

  for (let round = 0; round < bench.rounds({ quick: 2, full: 5 }); round++) {
    for (const [id, one] of Object.entries({ floor, ours })) {
      one.clearOutput();
      one.clearCache();
      cold[id].push(await build(one));
    }
  }
  bench.report({
    row: `cold build, identical settings, AVIF effort 2, N = ${count}`,
    unit: 's CPU',
    ...cold,
    target: 1.05,
    ...judge({ ...cold, target: 1.05 }),
    note: (await compareOutput({ floor: floor.made, ours: ours.made }, images)).text,
  });

  // The floor knows of no bundler: the site that ours is, it needs as well.
  const site = createPlainAssets(bench.folder('cold-site'), floor.out);
  const changed = { floor: [], ours: [] };
  const bare = [];
  for (let round = 0; round < bench.rounds({ quick: 3, full: 5 }); round++) {
    // Another picture each time: what was seen before is in the cache.
    const other = await drawOriginalInto(
      join(bench.dir, `other-${round}.png`),
      1000 + round,
      FULL_HD,
    );
    await floor.change(FULL_HD, other);
    await ours.change(FULL_HD, other);
    for (const one of [floor, ours, site]) one.clearOutput();
    bare.push(await build(floor));
    site.update();
    changed.floor.push(bare.at(-1) + (await build(site)));
    changed.ours.push(await build(ours));
  }
  const { ratio } = judge({ ours: changed.ours, floor: bare, target: 1 });
  bench.report({
    row: `one original of ${count} changed, against the floor and a Vite build of its files`,
    unit: 's CPU',
    ...changed,
    target: 1.1,
    ...judge({ ...changed, target: 1.1 }),
    note: `${ratio.toFixed(2)} of the floor alone, which builds no site; spec and original are new`,
  });
}

const env = { CI: '1' };
