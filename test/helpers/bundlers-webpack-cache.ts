// The webpack family with persistent caches: modules come back from an earlier process.
import {
  type BuildResult,
  buildOk,
  type ChildEnv,
  type Finished,
  type Project,
} from './bundlers.ts';
import { type ConfigParts, configOf } from './bundlers-fixture.ts';

export type Family = 'webpack' | 'rspack' | 'rsbuild';

/** Notes every module that is built, and not taken from the cache. */
const NOTE = `const note = { apply: (compiler) => compiler.hooks.compilation.tap('note', (compilation) =>
  compilation.hooks.succeedModule.tap('note', (module) =>
    appendFileSync(join(import.meta.dirname, 'built.txt'), (module.resource ?? '') + '\\n'))) };
const wipe = { apply: (compiler) => compiler.hooks.compile.tap('wipe', () => {
  if (process.env.TEST_WIPE) rmSync(join(import.meta.dirname, process.env.TEST_WIPE), { recursive: true });
}) };`;

/** Writes a config with a persistent cache. */
export function configure(
  project: Project,
  bundler: Family,
  options: Readonly<Record<string, string>>,
  more: Pick<ConfigParts, 'imports' | 'after' | 'fields'> = {},
): void {
  const inline = Object.entries(options).map(([name, value]) => `${name}: ${value}`);
  const folder = `join(import.meta.dirname, 'node_modules/.cache/${bundler}')`;
  const fields = {
    webpack: `cache: { type: 'filesystem', cacheDirectory: ${folder} },`,
    rspack: `cache: { type: 'persistent', storage: { type: 'filesystem', directory: ${folder} } },`,
    rsbuild: `performance: { buildCache: { cacheDirectory: ${folder} } },
      tools: { htmlPlugin: false, rspack: { plugins: [note, wipe] } },`,
  };
  project.write({
    [`${bundler}.config.mjs`]: configOf(bundler, {
      imports: `import { appendFileSync, rmSync } from 'node:fs';
import { sketch } from 'unplugin-image-prompt';
${NOTE}
${more.imports ?? ''}`,
      options: `{ ${inline.join(', ')} }`,
      fields: `${fields[bundler]}${more.fields ?? ''}`,
      after: bundler === 'rsbuild' ? '' : `note, wipe, ${more.after ?? ''}`,
    }),
  });
}

/** Specs that were loaded since the last call. */
export function takeLoads(project: Project): string[] {
  const all = project.files('.').includes('built.txt') ? project.read('built.txt').split('\n') : [];
  project.write({ 'built.txt': '' });
  return all.flatMap((path) => /([\w-]+)\.image\.yaml/.exec(path)?.[1] ?? []).sort();
}

/** Digests of the pictures in the output, by name. */
export function imagesOf(project: Project): Record<string, string> {
  const all = Object.entries(project.digests('dist'));
  return Object.fromEntries(all.filter(([name]) => /\.(avif|webp|jpg)$/.test(name)));
}

/** Builds with a clean `dist`, and gives digests of the pictures. */
export async function rebuild(
  project: Project,
  bundler: Family,
  more: ChildEnv = {},
): Promise<BuildResult & Finished & { images: Record<string, string> }> {
  project.remove('dist');
  const result = await buildOk(project, bundler, more);
  return { ...result, images: imagesOf(project) };
}
