import type { Surroundings } from './types.ts';

/** A bundler as `init` recognises it. */
export interface KnownBundler {
  name: string;
  /** Its entry point of this package. */
  door: string;
  /** Base name of its configuration file, without the ending; null when it is a script of any name. */
  config: string | null;
  /** Packages that mean the project uses it. */
  packages: readonly string[];
}

// Rsbuild brings Rspack, and either may stand beside a webpack that is on its way out: what is more
// particular comes first.
const BUNDLERS: readonly KnownBundler[] = [
  { name: 'Vite', door: 'vite', config: 'vite.config', packages: ['vite'] },
  { name: 'Rsbuild', door: 'rsbuild', config: 'rsbuild.config', packages: ['@rsbuild/core'] },
  {
    name: 'Rspack',
    door: 'rspack',
    config: 'rspack.config',
    packages: ['@rspack/core', '@rspack/cli'],
  },
  { name: 'webpack', door: 'webpack', config: 'webpack.config', packages: ['webpack'] },
  { name: 'Farm', door: 'farm', config: 'farm.config', packages: ['@farmfe/core'] },
  { name: 'Rolldown', door: 'rolldown', config: 'rolldown.config', packages: ['rolldown'] },
  { name: 'Rollup', door: 'rollup', config: 'rollup.config', packages: ['rollup'] },
  { name: 'esbuild', door: 'esbuild', config: null, packages: ['esbuild'] },
];

const ENDING = /\.[cm]?[jt]s$/;

/** Whether a path, relative to the root, is the configuration of a bundler. */
export function isBundlerConfig(file: string): boolean {
  return ENDING.test(file) && BUNDLERS.some(({ config }) => config === file.replace(ENDING, ''));
}

/** The bundler of a project and its configuration file, if it has one. */
export function findBundler({
  files,
  manifest,
}: Surroundings): { bundler: KnownBundler; file: string | null } | null {
  for (const bundler of BUNDLERS) {
    const file = [...files].find((one) => isBundlerConfig(one) && nameOf(one) === bundler.config);
    if (file !== undefined) return { bundler, file };
  }
  const bundler = BUNDLERS.find(({ packages }) =>
    packages.some((name) => manifest.dependencies.has(name)),
  );
  return bundler === undefined ? null : { bundler, file: null };
}

function nameOf(file: string): string {
  return file.replace(ENDING, '');
}
