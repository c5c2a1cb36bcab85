// From the moment a dev server listens to the first picture in the browser, with cold caches.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createOurs } from '../contestants/ours.mjs';
import { measure } from '../lib/measure.mjs';
import { createProject, place } from '../lib/project.mjs';
import { judge, median } from '../lib/statistics.mjs';
import { FULL_HD, SETTINGS } from '../lib/work.mjs';

const JOB = fileURLToPath(new URL('../jobs/dev.mjs', import.meta.url));

/** @param {import('../lib/bench.mjs').Bench} bench */
export async function run(bench) {
  const images = (await bench.originals(FULL_HD + 1)).slice(FULL_HD);
  const lazy = createProject(bench.folder('dev-floor'), { images });
  place(images[0].file, join(lazy.dir, 'picture.png'));
  lazy.write('main.js', "import picture from './picture.png?lazy';\nconsole.log(picture);\n");
  const work = { images, settings: SETTINGS.defaults };
  const ours = await createOurs(bench.folder('dev-ours'), work);
  const sketched = await createOurs(bench.folder('dev-sketched'), work);
  sketched.project.remove('.image-prompt');
  sketched.project.write(
    'vite.config.mjs',
    `import images from 'unplugin-image-prompt/vite';
export default { plugins: [images({ cacheDir: '.cache' })] };
`,
  );
  const runs = { floor: [], ours: [], sketched: [] };
  const planned = { floor: [], ours: [], sketched: [] };
  const sizes = {};
  const places = { floor: lazy, ours: ours.project, sketched: sketched.project };
  for (let round = 0; round < bench.rounds({ quick: 3, full: 5 }); round++) {
    for (const [id, project] of Object.entries(places)) {
      project.remove('.cache', 'node_modules/.vite');
      const env = { MODE: id === 'floor' ? 'floor' : 'ours' };
      const { output } = await measure([process.execPath, JOB], { cwd: project.dir, env });
      const told = JSON.parse(output.trim().split('\n').at(-1));
      const { width, format } = told;
      runs[id].push(told.ms / 1000);
      planned[id].push(told.planned / 1000);
      sizes[id] = `${format} ${width}`;
    }
  }
  const ratio = median(runs.sketched) / median(runs.floor);
  bench.report({
    row: 'dev server up to first picture, cold, against a lazy AVIF of the floor (effort 4)',
    unit: 's',
    floor: runs.floor,
    ours: runs.ours,
    target: 0.1,
    ...judge({ ...runs, target: 0.1 }),
    note: `times on the clock; floor ${sizes.floor}, ours ${sizes.ours}; its URLs were there after ${median(planned.ours).toFixed(2)} s; a missing picture, sketched: ${ratio.toFixed(2)}`,
  });
}
