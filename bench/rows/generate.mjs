// 64 pictures from a service that takes a while for each and makes 16 at a time: nobody can be faster than
// the waiting. The service is the stand-in of the tests, on this machine.
import { join } from 'node:path';
import { spawnFalStandIn } from '../../test/fal-stand-in/index.mjs';
import { specOf, writeMain, writeSpec } from '../contestants/ours.mjs';
import { measure } from '../lib/measure.mjs';
import { createProject, VITE, writeViteConfig } from '../lib/project.mjs';
import { judge } from '../lib/statistics.mjs';
import { ROOT, SETTINGS } from '../lib/work.mjs';

const PICTURES = 64;
const AT_ONCE = 16;
const CLI = join(ROOT, 'dist', 'cli', 'run.js');

/** @param {import('../lib/bench.mjs').Bench} bench */
export async function run(bench) {
  // A picture takes a real service 15 to 60 seconds.
  const seconds = bench.pick({ quick: 4, full: 20 });
  const bound = Math.ceil(PICTURES / AT_ONCE) * seconds;
  const service = await spawnFalStandIn({ concurrency: AT_ONCE, runMs: seconds * 1000 });
  const env = { FAL_KEY: service.key, IMAGE_PROMPT_FAL_BASE_URL: service.baseUrl };
  const hows = {
    'image-prompt generate': [process.execPath, CLI, 'generate', '--yes'],
    'a Vite build that generates and encodes': [process.execPath, VITE, 'build'],
  };
  try {
    for (const [how, argv] of Object.entries(hows).slice(0, bench.pick({ quick: 1, full: 2 }))) {
      await service.reset();
      const project = create(bench.folder(`generate-${argv.length}`));
      const { wall, cpu } = await measure(argv, { cwd: project.dir, env });
      const { accepted, statuses } = await service.stats();
      if (accepted !== PICTURES) throw new Error(`Expected ${PICTURES}, received ${accepted}.`);
      const runs = { floor: [bound], ours: [wall] };
      bench.report({
        row: `${PICTURES} pictures, ${AT_ONCE} at a time, ${seconds} s each: ${how}`,
        unit: 's',
        ...runs,
        target: 1.05,
        ...judge({ ...runs, target: 1.05 }),
        note: `time on the clock; ${cpu.toFixed(1)} s CPU, ${statuses} polls`,
      });
    }
  } finally {
    await service.close();
  }
}

function create(dir) {
  const project = createProject(dir);
  const images = Array.from({ length: PICTURES }, (_, number) => ({
    name: `picture-${number}`,
    width: 1024,
    height: 768,
    digest: '00000000',
  }));
  for (const image of images) {
    project.write(specOf(image), writeSpec(image, SETTINGS.defaults));
  }
  project.write('main.js', writeMain(images));
  project.write(
    'vite.config.mjs',
    writeViteConfig(
      `images({ onMissing: 'generate', budget: 1000, concurrency: ${AT_ONCE} })`,
      "import images from 'unplugin-image-prompt/vite';",
    ),
  );
  project.write(
    'image-prompt.config.mjs',
    `export default { concurrency: ${AT_ONCE}, budget: 1000 };\n`,
  );
  return project;
}
