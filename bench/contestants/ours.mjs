import { join } from 'node:path';
import { fillStore } from '../lib/fill-store.mjs';
import { createProject, VITE, writeViteConfig } from '../lib/project.mjs';
import { widthsOf } from '../lib/work.mjs';

/**
 * A Vite project with one spec for each original, and the originals in its store.
 * @param {string} dir
 * @param {{ images: import('../lib/originals.mjs').Original[], settings: Record<string, any> }} work
 */
export async function createOurs(dir, work) {
  const project = createProject(dir, work);
  const { images } = project;
  for (const image of images) project.write(specOf(image), writeSpec(image, project.settings));
  project.write('main.js', writeMain(images));
  project.write(
    'vite.config.mjs',
    writeViteConfig(
      "images({ onMissing: 'error', cacheDir: '.cache', report: false })",
      "import images from 'unplugin-image-prompt/vite';",
    ),
  );
  await fillStore(
    dir,
    images.map((original) => ({ spec: specOf(original), original })),
  );
  return {
    project,
    argv: [process.execPath, VITE, 'build', '--logLevel', 'warn'],
    out: join(dir, 'dist'),
    // A format that came out larger than the next is encoded and kept, but not published.
    made: join(dir, '.cache'),
    clearOutput: () => project.remove('dist'),
    clearCache: () => project.remove('.cache'),
    /** A new prompt and the picture that came of it. */
    async change(index, original) {
      const image = images[index];
      project.write(specOf(image), writeSpec({ ...image, digest: original.digest }, work.settings));
      await fillStore(dir, [{ spec: specOf(image), original }]);
    },
    /** Back to what it was, which the store still has. */
    restore(index) {
      project.write(specOf(images[index]), writeSpec(images[index], work.settings));
    },
  };
}

/** @param {{ name: string }} image */
export function specOf({ name }) {
  return `pictures/${name}.image.yaml`;
}

/** One import for each picture. @param {{ name: string }[]} images */
export function writeMain(images) {
  const imports = images.map((image, at) => `import p${at} from './${specOf(image)}';\n`).join('');
  const list = images.map((_, at) => `p${at}`).join(', ');
  return `${imports}document.querySelector('#app').textContent = JSON.stringify([${list}]);\n`;
}

/** @param {Record<string, any>} settings of the encoders; empty maps are our defaults */
export function writeSpec({ name, width, height, digest }, settings) {
  const quality = Object.entries(settings)
    .filter(([, given]) => Object.keys(given).length > 0)
    .map(([format, given]) => `    ${format}: ${JSON.stringify(given)}\n`)
    .join('');
  return `prompt: The picture ${name}
alt: ${name}
image_size: ${width}x${height}
revision: ${digest.slice(0, 8)}x
output:
  widths: [${widthsOf(width).join(', ')}]
  formats: [avif, webp, jpeg]
${quality === '' ? '' : `  provenance: false\n  quality:\n${quality}`}`;
}
