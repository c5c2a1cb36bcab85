// Tools that people use today, at the defaults of sharp, as their documentation shows them.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProject, place, VITE, writeViteConfig } from '../lib/project.mjs';
import { FORMATS, ROOT, widthsOf } from '../lib/work.mjs';

const JOB = fileURLToPath(new URL('../jobs/eleventy.mjs', import.meta.url));
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** vite-imagetools in a Vite build: one import for each format of a picture. */
export function createImagetools(dir, work) {
  const project = createProject(dir, work);
  const { images } = project;
  let main = 'const list = [];\n';
  for (const [at, image] of images.entries()) {
    place(image.file, join(dir, 'pictures', `${image.name}.png`));
    const widths = widthsOf(image.width).join(';');
    for (const format of FORMATS) {
      const query = `w=${widths}&format=${format}&as=srcset`;
      main += `import ${format}${at} from './pictures/${image.name}.png?${query}';\n`;
      main += `list.push(${format}${at});\n`;
    }
  }
  project.write('main.js', `${main}document.querySelector('#app').textContent = list.join();\n`);
  project.write(
    'vite.config.mjs',
    writeViteConfig(
      "imagetools({ cache: { dir: '.cache' } })",
      "import { imagetools } from 'vite-imagetools';",
    ),
  );
  const { version } = read(join(ROOT, 'node_modules/vite-imagetools/package.json'));
  return {
    title: `vite-imagetools ${version}`,
    project,
    argv: [process.execPath, VITE, 'build', '--logLevel', 'warn'],
    out: join(dir, 'dist'),
    made: join(dir, 'dist'),
    clearOutput: () => project.remove('dist'),
    clearCache: () => project.remove('.cache'),
  };
}

/** eleventy-img without a site around it: its output folder is its cache. */
export function createEleventy(dir, work) {
  const project = createProject(dir, work);
  project.write('work.json', JSON.stringify({ images: project.images }));
  const require = createRequire(JOB);
  const entry = dirname(require.resolve('@11ty/eleventy-img'));
  return {
    title: `eleventy-img ${read(join(entry, 'package.json')).version}`,
    project,
    argv: [process.execPath, JOB],
    out: join(dir, 'out'),
    made: join(dir, 'out'),
    clearOutput: () => project.remove('out'),
    clearCache() {},
  };
}
