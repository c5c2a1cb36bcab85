// What the plugin costs a build in which there is nothing for it to do.
import { measure } from '../lib/measure.mjs';
import { createProject, VITE, writeViteConfig } from '../lib/project.mjs';
import { judge, median } from '../lib/statistics.mjs';

const MODULES = 300;

/** @param {import('../lib/bench.mjs').Bench} bench */
export async function run(bench) {
  const projects = {
    floor: create(bench.folder('no-spec-floor')),
    ours: create(
      bench.folder('no-spec-ours'),
      'images()',
      "import images from 'unplugin-image-prompt/vite';",
    ),
  };
  const runs = { floor: [], ours: [] };
  const argv = [process.execPath, VITE, 'build', '--logLevel', 'warn'];
  for (let round = -1; round < bench.rounds({ quick: 9, full: 21 }); round++) {
    for (const [id, project] of Object.entries(projects)) {
      project.remove('dist');
      const { cpu } = await measure(argv, { cwd: project.dir });
      if (round >= 0) runs[id].push(cpu);
    }
  }
  const ms = (median(runs.ours) - median(runs.floor)) * 1000;
  bench.report({
    row: `plugin in a Vite build of ${MODULES} modules without a spec, against the build without it`,
    unit: 's CPU',
    ...runs,
    target: 1.02,
    ...judge({ ...runs, target: 1.02 }),
    note: `${ms.toFixed(0)} ms`,
  });
}

/** A page, styles, and modules that import each other. */
function create(dir, plugin = '', from = '') {
  const project = createProject(dir);
  for (let number = 0; number < MODULES; number++) {
    project.write(`src/m${number}.js`, writeModule(number));
  }
  project.write('main.css', '#app { color: teal; }\n.hero { display: grid; }\n');
  const imports = Array.from({ length: MODULES / 10 }, (_, at) => `import './src/m${at * 10}.js';`);
  project.write('main.js', `import './main.css';\n${imports.join('\n')}\n`);
  project.write('vite.config.mjs', writeViteConfig(plugin, from));
  return project;
}

function writeModule(number) {
  const next = number % 10 === 9 ? '' : `import { f${number + 1} } from './m${number + 1}.js';\n`;
  const call = number % 10 === 9 ? '0' : `f${number + 1}(a + 1)`;
  return `${next}/** A function. */
export function f${number}(a) {
  const list = Array.from({ length: a }, (_, index) => index * ${number});
  return list.reduce((sum, one) => sum + one, ${call});
}
globalThis.total = f${number}(${number % 7});
`;
}
