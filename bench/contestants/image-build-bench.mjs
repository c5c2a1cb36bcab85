// Ours as a contestant of another benchmark, image-build-bench, which has more peers and sizes than this one:
//   node bench.mjs --extra PATH/TO/THIS/FILE
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import sharp from 'sharp';
import { fillStore } from '../lib/fill-store.mjs';
import { createProject, VITE, writeViteConfig } from '../lib/project.mjs';
import { specOf, writeMain, writeSpec } from './ours.mjs';

/** Which original it changes: the fourth, or the last where there are fewer. @param {{ n: number }} context */
const changedOf = ({ n }) => Math.min(3, n - 1);

/** Its settings, with the effort that it was started with. */
function settingsOf() {
  const effort = Number(process.env.BENCH_AVIF_EFFORT ?? 4);
  return {
    avif: { quality: 50, effort, chromaSubsampling: '4:4:4' },
    webp: { quality: 75, effort: 4 },
    jpeg: { quality: 75, progressive: false, chromaSubsampling: '4:2:0' },
  };
}

/** @param {{ id: string, title: string, settings: () => Record<string, any> }} how */
function createContestant({ id, title, settings }) {
  const projects = new Map();
  /** Names the picture by its bytes, as another prompt would. */
  const write = (project, image) =>
    project.write(specOf(image), writeSpec({ ...image, digest: image.sha256 }, settings()));
  return {
    id,
    title,
    kind: 'vite',
    // A format that came out larger than the next is encoded and kept, but not published.
    images: '.cache',
    mapping: 'output.quality of each spec; originals lie in the store',
    async setup(context) {
      const project = createProject(context.dir);
      projects.set(context.dir, project);
      project.write('main.js', writeMain(context.images));
      const plugin = "images({ onMissing: 'error', cacheDir: '.cache', report: false })";
      project.write(
        'vite.config.mjs',
        writeViteConfig(plugin, "import images from 'unplugin-image-prompt/vite';"),
      );
      const at = changedOf(context);
      const other = await findOther(context.sources[at]);
      // What is in the store is given: both pictures of the spec that will change are.
      for (const [index, image] of [
        [at, { ...context.images[at], ...other }],
        ...context.images.entries(),
      ]) {
        write(project, image);
        const file = image.path ?? context.sources[index].file;
        const original = { ...image, digest: image.sha256, file };
        await fillStore(context.dir, [{ spec: specOf(image), original }]);
      }
    },
    argv: () => [process.execPath, VITE, 'build', '--logLevel', 'warn'],
    env: () => ({ CI: '1' }),
    clearOutput(context) {
      const project = projects.get(context.dir);
      project.remove('dist');
      write(project, context.images[changedOf(context)]);
    },
    clearCache: (context) => projects.get(context.dir).remove('.cache'),
  };
}

/** The other picture of the original that it changes: the same upside down, in a file that it makes too. */
async function findOther({ file, name }) {
  const path = join(dirname(file), `alt-${name ?? basename(file, '.png')}.png`);
  if (!existsSync(path)) {
    writeFileSync(path, await sharp(file).flip().png({ compressionLevel: 6 }).toBuffer());
  }
  return { path, sha256: createHash('sha256').update(readFileSync(path)).digest('hex') };
}

export const own = createContestant({
  id: 'image-prompt',
  title: 'unplugin-image-prompt in a vite build, the settings of all',
  settings: settingsOf,
});
export const ownDefaults = createContestant({
  id: 'image-prompt-defaults',
  title: 'unplugin-image-prompt in a vite build, its own settings',
  settings: () => ({ avif: {}, webp: {}, jpeg: {} }),
});
