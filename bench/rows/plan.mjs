// `image-prompt plan` of many specs: again, and for the first time.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { measure } from '../lib/measure.mjs';
import { createProject } from '../lib/project.mjs';
import { judge } from '../lib/statistics.mjs';
import { ROOT } from '../lib/work.mjs';

const JOB = fileURLToPath(new URL('../jobs/plan.mjs', import.meta.url));
const CLI = join(ROOT, 'dist', 'cli', 'run.js');
/** Pictures are missing: that is no failure here. */
const CODES = [0, 1, 2, 3];

/** @param {import('../lib/bench.mjs').Bench} bench */
export async function run(bench) {
  const count = 10_000;
  const project = createProject(bench.folder('plan'));
  for (let number = 0; number < count; number++) {
    project.write(`pictures/${number % 40}/picture-${number}.image.yaml`, writeSpec(number));
  }
  const options = { cwd: project.dir, codes: CODES };
  const plan = async () => {
    const { cpu, output } = await measure([process.execPath, CLI, 'plan'], options);
    const planned = output.match(/\.image\.yaml/g)?.length;
    if (planned !== count) throw new Error(`Expected ${count} specs, received ${planned}.`);
    return cpu;
  };
  // The schema alone, as JavaScript, where it finds its library.
  const schema = join(ROOT, 'node_modules', '.cache', 'bench', 'schema.mjs');
  const entryPoints = [join(ROOT, 'src', 'spec', 'schema.ts')];
  const how = { bundle: true, format: 'esm', platform: 'node', packages: 'external' };
  await build({ entryPoints, outfile: schema, ...how });
  const job = async (mode) => (await measure([process.execPath, JOB, mode, schema], options)).cpu;

  const first = { floor: [], ours: [] };
  for (let round = 0; round < bench.rounds({ quick: 2, full: 5 }); round++) {
    project.remove('node_modules/.cache', '.image-prompt');
    first.floor.push(await job('new'));
    first.ours.push(await plan());
  }
  const again = { floor: [], ours: [] };
  for (let round = 0; round < bench.rounds({ quick: 4, full: 9 }); round++) {
    again.floor.push(await job('known'));
    again.ours.push(await plan());
  }
  bench.report({
    row: `plan of ${count} specs, unchanged, against reading and hashing them`,
    unit: 's CPU',
    ...again,
    target: 1.5,
    ...judge({ ...again, target: 1.5 }),
    note: 'an empty store; the list of all specs is printed',
  });
  bench.report({
    row: `plan of ${count} specs, first run, against yaml + zod + hash`,
    unit: 's CPU',
    ...first,
    target: 1.2,
    ...judge({ ...first, target: 1.2 }),
  });
}

/** @param {number} number */
function writeSpec(number) {
  return `# picture ${number}
prompt:
  scene: A quiet harbour at dawn, thin mist over the water
  subject: Fishing boats number ${number}, moored along a stone quay
  details: [35mm, natural light, no people]
alt: "Fishing boats in a misty harbour at dawn (${number})"
image_size: { width: 1536, height: 1024 }
quality: medium
output:
  widths: [480, 960, 1440]
  formats: [avif, webp, fallback]
  sizes: "(min-width: 60em) 50vw, 100vw"
  placeholder: blur
`;
}
