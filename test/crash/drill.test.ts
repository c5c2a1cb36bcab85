import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FalStandIn, startFalStandIn } from '../fal-stand-in/index.mjs';
import { type CrashBench, createCrashBench, createDice, type Ended } from './bench.ts';

const SPECS = 8;
const KILLS = 100;
/** Kills before a project must come to its end. */
const KILLS_PER_PROJECT = 5;
const POINTS = [
  'intent',
  'submit',
  'submitted',
  'completed',
  'downloaded',
  'published',
  'recorded',
];
const SEED = Number(process.env['DRILL_SEED'] ?? 20261125);

let service: FalStandIn;

beforeAll(async () => {
  service = await startFalStandIn({ concurrency: 8, runMs: 30 });
});
afterAll(async () => {
  await service?.close();
});

test(`${KILLS} kills lose nothing and pay for nothing twice`, async () => {
  const dice = createDice(SEED);
  const count = { kills: 0, atPoints: 0, atRandom: 0, paid: 0, pictures: 0, doubts: 0 };
  while (count.kills < KILLS) {
    service.reset();
    const bench = createCrashBench(service, SPECS);
    const build = dice(2) === 0;
    for (let kill = 0; kill < KILLS_PER_PROJECT; kill++) {
      const point = dice(3) > 0 ? POINTS[dice(POINTS.length)] : undefined;
      const env = point ? { IMAGE_PROMPT_FAILPOINT: `${point}:${1 + dice(4)}` } : undefined;
      // A doubt stops a build; the command line goes on, as its user has decided.
      const words = ['generate', '--yes', ...(dice(2) === 0 ? ['--retry-in-doubt'] : [])];
      const run = build ? bench.build(env) : bench.cli(words, env);
      if (!point) {
        void sleep(150 + dice(700)).then(() => run.child.kill('SIGKILL'));
      }
      const { signal } = await run.ended;
      if (signal !== 'SIGKILL') continue;
      count.kills++;
      if (point) count.atPoints++;
      else count.atRandom++;
    }
    count.doubts += await finish(bench);
    await expectWhole(bench);
    count.paid += service.stats.accepted;
    count.pictures += SPECS;
  }
  console.log(
    `drill (seed ${SEED}): ${count.kills} kills, ${count.atPoints} at named points, ${count.atRandom} at random; ` +
      `${count.pictures} pictures, ${count.paid} paid, 0 lost, ${count.doubts} in doubt`,
  );
  expect(count.paid).toBe(count.pictures);
}, 600_000);

test('an answer that was lost is reported, and paid again only when asked for', async () => {
  service.reset();
  service.setOptions({ historyAllowed: false });
  const bench = createCrashBench(service, 3);
  const killed = await bench.cli(['generate', '--yes', '--concurrency', '1'], {
    IMAGE_PROMPT_FAILPOINT: 'submit',
  }).ended;
  expect(killed.signal).toBe('SIGKILL');
  expect(service.stats.accepted).toBe(1);

  for (const _ of [1, 2]) {
    const again = await bench.cli(['generate', '--yes', '--json']).ended;
    expect(again.code).toBe(1);
    expect(failedCodes(again)).toEqual(['PROVIDER_IN_DOUBT']);
    expect(service.stats.accepted).toBe(3);
  }

  const decided = await bench.cli(['generate', '--yes', '--retry-in-doubt', '--json']).ended;
  expect(decided.code, decided.err).toBe(0);
  expect(service.stats.accepted).toBe(4);
  await expectWhole(bench, 3);
  service.setOptions({ historyAllowed: true });
});

/** Runs until nothing is missing; the number of requests that stayed in doubt. */
async function finish(bench: CrashBench): Promise<number> {
  let doubts = 0;
  for (let round = 0; round < 3; round++) {
    const retry = round === 0 ? [] : ['--retry-in-doubt'];
    const ended = await bench.cli(['generate', '--yes', '--json', ...retry]).ended;
    if (ended.code === 0) return doubts;
    const codes = failedCodes(ended);
    expect(new Set(codes), ended.err).toEqual(new Set(['PROVIDER_IN_DOUBT']));
    doubts += codes.length;
  }
  throw new Error('Expected the reruns to come to an end.');
}

function failedCodes({ out }: Ended): string[] {
  const report = JSON.parse(out) as { failed: { code: string }[] };
  return report.failed.map((one) => one.code);
}

/** Every picture is there and right, and nothing else is left of the kills. */
async function expectWhole(bench: CrashBench, pictures = SPECS): Promise<void> {
  const verified = await bench.cli(['verify', '--json']).ended;
  expect(JSON.parse(verified.out)).toEqual({ version: 1, checked: pictures, problems: [] });
  const planned = await bench.cli(['plan', '--json']).ended;
  expect(planned.code, planned.out).toBe(0);
  expect(JSON.parse(planned.out)).toMatchObject({ pending: [], orphans: [] });
  expect(bench.state('journal')).toEqual([]);
  const files = bench.project.list('.image-prompt/originals');
  expect(files.filter((name) => name.endsWith('.json'))).toHaveLength(pictures);
  expect(files).toHaveLength(2 * pictures);
}
