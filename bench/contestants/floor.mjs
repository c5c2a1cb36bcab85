import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProject } from '../lib/project.mjs';

const JOB = fileURLToPath(new URL('../jobs/floor.mjs', import.meta.url));

/** Hand-tuned sharp without any bundler around it; see jobs/floor.mjs. */
export function createFloor(dir, work) {
  const project = createProject(dir, work);
  const { settings } = project;
  const write = (images) => project.write('work.json', JSON.stringify({ images, settings }));
  write(project.images);
  return {
    project,
    argv: [process.execPath, JOB],
    out: join(dir, 'out'),
    made: join(dir, 'out'),
    clearOutput: () => project.remove('out'),
    clearCache: () => project.remove('.cache'),
    /** @param {number} index */
    async change(index, original) {
      const { name } = project.images[index];
      write(project.images.map((one, at) => (at === index ? { ...original, name } : one)));
    },
    restore: (_index) => write(project.images),
  };
}
