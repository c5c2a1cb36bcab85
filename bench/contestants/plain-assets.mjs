import { basename, join } from 'node:path';
import { listImages } from '../lib/output.mjs';
import { createProject, place, VITE, writeViteConfig } from '../lib/project.mjs';

/** A Vite project that imports files which are there already, one import for each. */
export function createPlainAssets(dir, from) {
  const project = createProject(dir);
  const names = [];
  const update = () => {
    names.length = 0;
    for (const file of listImages(from)) {
      names.push(basename(file));
      place(file, join(dir, 'ready', basename(file)));
    }
  };
  update();
  const imports = names.map((name, at) => `import u${at} from './ready/${name}?url';\n`).join('');
  const list = names.map((_, at) => `u${at}`).join(', ');
  project.write(
    'main.js',
    `${imports}document.querySelector('#app').textContent = [${list}].join();\n`,
  );
  project.write('vite.config.mjs', writeViteConfig());
  return {
    project,
    argv: [process.execPath, VITE, 'build', '--logLevel', 'warn'],
    out: join(dir, 'dist'),
    made: join(dir, 'dist'),
    update,
    clearOutput: () => project.remove('dist'),
  };
}
