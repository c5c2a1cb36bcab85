// Peak memory of the whole process tree in a cold build with our defaults.
import { createOurs } from '../contestants/ours.mjs';
import { measure } from '../lib/measure.mjs';
import { judgeLimit, median } from '../lib/statistics.mjs';
import { SETTINGS } from '../lib/work.mjs';

const LIMIT_MB = 400;
const GROWTH = 1.15;

/** @param {import('../lib/bench.mjs').Bench} bench */
export async function run(bench) {
  const [few, many] = bench.pick({ quick: [6, 24], full: [24, 96] });
  const peaks = { [few]: [], [many]: [] };
  for (const count of [few, many]) {
    const images = await bench.originals(count);
    const work = { images, settings: SETTINGS.defaults };
    const ours = await createOurs(bench.folder(`memory-${count}`), work);
    for (let round = 0; round < bench.rounds({ quick: 1, full: 3 }); round++) {
      ours.clearOutput();
      ours.clearCache();
      const { rss } = await measure(ours.argv, { cwd: ours.project.dir, env: { CI: '1' } });
      peaks[count].push(rss);
    }
  }
  const largest = Math.max(median(peaks[few]), median(peaks[many]));
  bench.report({
    row: `peak memory, cold, N = ${few} and ${many}`,
    unit: 'MB',
    floor: peaks[few],
    ours: peaks[many],
    target: LIMIT_MB,
    ...judgeLimit(largest, LIMIT_MB),
    note: 'the sum of the peaks of all processes: the largest original is 3840 x 2160',
  });
  bench.report({
    row: `memory at N = ${many} against N = ${few}`,
    unit: 'MB',
    floor: peaks[few],
    ours: peaks[many],
    target: GROWTH,
    ...judgeLimit(median(peaks[many]) / median(peaks[few]), GROWTH),
  });
}
