import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ImagePromptError } from '../../errors.ts';
import type { Options } from '../../options.ts';
import { toBundlerError } from '../../plugin/bundler-error.ts';
import { secretsOf } from '../../plugin/output.ts';
import type { BundlerCommand } from '../../plugin/session.ts';
import { openSite } from '../open-site.ts';
import type { guardOutput } from './guard-output.ts';
import type { LoaderOptions } from './next-loader.ts';
import { prepareBuild } from './prepare-build.ts';
import type { NextConfig, NextConfigGiven, WebpackConfig } from './types.ts';

/** Options of the adapter for Next, beside those of the plugins for bundlers. What is no JSON stands in `image-prompt.config.*`. */
export interface NextOptions extends Omit<Options, 'provider' | 'publicPath'> {
  /**
   * Folder of the project, where the store lies.
   * @default the nearest folder above with a configuration, a store or a package.json
   */
  root?: string;
}

/** A configuration of Next with pictures. */
export type WithImagePrompt = <C extends object>(
  config?: NextConfigGiven<C>,
  options?: NextOptions,
) => (phase: string, context: never) => Promise<C>;

/** Where phases are named: https://nextjs.org/docs/app/api-reference/config/next-config-js#phase */
const COMMANDS: Readonly<Record<string, BundlerCommand>> = {
  'phase-production-build': 'build',
  'phase-development-server': 'serve',
};

/** Set once it was told what was prepared; Next reads its configuration several times, also in other processes. */
const PREPARED = '__IMAGE_PROMPT_PREPARED';
const LOADER = fileURLToPath(new URL('./next-loader.js', import.meta.url));

/** Creates the adapter for one process. */
export function createNextAdapter(world: {
  env: NodeJS.ProcessEnv;
  /** Words of the command line. */
  words: readonly string[];
  cwd: () => string;
  now: () => number;
  print: (message: string) => void;
  /** Looks the output over at the end: see {@link guardOutput}. */
  guard: typeof guardOutput;
}): WithImagePrompt {
  const wrap = (
    given: NextConfigGiven<NextConfig> = {},
    { root, ...options }: NextOptions = {},
  ) => {
    return async (phase: string, context: never): Promise<NextConfig> => {
      const config = typeof given === 'function' ? await given(phase, context) : given;
      const told = COMMANDS[phase];
      // Servers of finished builds need nothing.
      if (told === undefined) return config;
      const command = told === 'build' && !isBuild(world) ? 'serve' : told;
      assertPlain(options);
      const cwd = world.cwd();
      const { session } = openSite({ root, command, options }, { ...world, cwd });
      assertReachable(config, (await session.options()).cacheDir, cwd);
      if (command === 'build') {
        try {
          const isFirst = world.env[PREPARED] === undefined;
          await prepareBuild(session, config.pageExtensions ?? [], isFirst ? world.print : null);
          if (isFirst) world.guard(config, cwd, () => secretsOf(session));
        } catch (error) {
          throw toBundlerError(error, undefined, session.root);
        }
        world.env[PREPARED] = 'yes';
      }
      return addLoader(config, { root: session.root, command, options });
    };
  };
  // Whatever type Next's own configuration has, what comes out is one.
  return wrap as WithImagePrompt;
}

/**
 * Whether a build is what it says it is: `next typegen` and others that only look at a configuration give the same phase, and
 * must not pay. What a build starts knows it from its environment.
 */
function isBuild({ env, words }: { env: NodeJS.ProcessEnv; words: readonly string[] }): boolean {
  return env[PREPARED] !== undefined || words.find((one) => !one.startsWith('-')) === 'build';
}

function addLoader(config: NextConfig, loaderOptions: LoaderOptions): NextConfig {
  const use = [{ loader: LOADER, options: { ...loaderOptions } }];
  const { turbopack, webpack } = config;
  const rules = Object.fromEntries(
    ['*.image.yaml', '*.image.yml'].map((pattern) => [pattern, { loaders: use, as: '*.js' }]),
  );
  return {
    ...config,
    turbopack: { ...turbopack, rules: { ...turbopack?.rules, ...rules } },
    webpack(given: WebpackConfig, context: unknown) {
      const changed = webpack?.(given, context) ?? given;
      changed.module.rules.push({ test: /\.image\.ya?ml$/i, use });
      return changed;
    },
  };
}

/** Turbopack hands options to another process. */
function assertPlain(options: object): void {
  for (const name of ['provider', 'publicPath']) {
    if (!(name in options)) continue;
    throw new ImagePromptError('CONFIG_INVALID', `withImagePrompt takes no \`${name}\`.`, {
      hint:
        name === 'provider'
          ? 'Write it into image-prompt.config.js, where the command line finds it too.'
          : "Use Next's `assetPrefix`.",
    });
  }
}

/** Turbopack finds no file outside of its root, and does not say why. */
function assertReachable({ turbopack }: NextConfig, cacheDir: string, cwd: string): void {
  if (turbopack?.root === undefined) return;
  const path = relative(resolve(cwd, turbopack.root), cacheDir);
  if (!path.startsWith('..')) return;
  throw new ImagePromptError(
    'CONFIG_INVALID',
    `cacheDir lies outside of Turbopack's root: ${cacheDir}`,
    { hint: 'Turbopack imports files below its root only: choose a `cacheDir` there.' },
  );
}
