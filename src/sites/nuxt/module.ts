import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { findRoot } from '../../config/find-root.ts';
import { ImagePromptError } from '../../errors.ts';
import type { Options } from '../../options.ts';
import { PLUGIN_NAME, toBundlerError } from '../../plugin/bundler-error.ts';
import { createViteHooks } from '../../plugin/hosts/vite.ts';
import { assertNoLeak } from '../../plugin/leak-guard.ts';
import { secretsOf } from '../../plugin/output.ts';
import { openSite } from '../open-site.ts';
import { checkSite } from '../publish-site.ts';
import type { Site } from '../site.ts';
import { createWarnOnce } from '../warn-once.ts';
import { CONTENT, connectContent, listModules, type NuxtContent } from './content.ts';
import { readDumps } from './read-dumps.ts';
import { sparePrefetch } from './spare-prefetch.ts';
import type { Nitro, Nuxt, NuxtViteConfig } from './types.ts';
import { watchBelowContent } from './watch-content.ts';

/** Options of the module, `imagePrompt` of the configuration: those of the plugin for Vite. */
export interface NuxtOptions extends Options {
  /**
   * Folder of the project, where the store lies.
   * @default the nearest folder above with a configuration, a store or a package.json
   */
  root?: string;
}

/** A module of Nuxt, without the types of Nuxt. */
export interface NuxtModule {
  // biome-ignore lint/suspicious/noExplicitAny: Nuxt has a type of its own for each of them
  (this: void, options: NuxtOptions, nuxt: any): Promise<void>;
  getOptions(options?: Partial<NuxtOptions>): Promise<NuxtOptions>;
  getMeta(): Promise<{ name: string; configKey: string; compatibility: { nuxt: string } }>;
}

interface World {
  env: NodeJS.ProcessEnv;
  now: () => number;
  print: (message: string) => void;
}

const CONFIG_KEY = 'imagePrompt';
const PROSE_IMG = fileURLToPath(new URL('./prose-img.js', import.meta.url));
const USE_PICTURE = fileURLToPath(new URL('./use-picture.js', import.meta.url));
/** Of Nuxt's builds with Vite; the server that it brings is no place for pictures. */
const ENVIRONMENTS = new Set(['client', 'ssr']);

/** Creates the module for one process. */
export function createNuxtModule(world: World): NuxtModule {
  async function setUp(this: void, inline: NuxtOptions, given: unknown): Promise<void> {
    const nuxt = given as Nuxt;
    const { options } = nuxt;
    if (options[CONFIG_KEY] === false) return;
    const { root: folder, ...rest }: NuxtOptions = {
      ...(options[CONFIG_KEY] as NuxtOptions | undefined),
      ...inline,
    };
    nuxt.hook('prepare:types', ({ references }: { references: unknown[] }) => {
      references.push({ types: 'unplugin-image-prompt/client' });
    });
    options.build.transpile.push('unplugin-image-prompt');
    nuxt.hook('imports:extend', (imports: { name: string; from: string }[]) => {
      imports.push({ name: 'usePicture', from: USE_PICTURE });
    });
    if (options._prepare) return;

    const root = folder ?? findRoot(options.rootDir);
    const site = openSite(
      { root, command: options.dev ? 'serve' : 'build', options: rest },
      { ...world, cwd: options.rootDir },
    );
    const { session } = site;
    const warn = createWarnOnce((message) => world.print(`image-prompt: ${message}`));
    assertBefore(options);
    const content = connectContent(nuxt, {
      root: session.root,
      proseImg: PROSE_IMG,
      warn,
    });
    const createSparing = sparePrefetch(nuxt, session);
    const createPlugins = (): Plugin[] => createVitePlugins(site, content, createSparing());
    addToVite(nuxt, createPlugins);
    nuxt.hook('nitro:init', (nitro: Nitro) => {
      if (options.dev) return;
      nitro.hooks.hook('compiled', async () => {
        await checkOutputOf(site, nitro.options.output.publicDir, warn).catch((error: unknown) => {
          throw toBundlerError(error, undefined, session.root);
        });
        await session.close();
      });
    });
    nuxt.hook('close', () => session.close());
  }
  return Object.assign(setUp, {
    getOptions: async (options: Partial<NuxtOptions> = {}) => options,
    getMeta: async () => ({
      name: 'unplugin-image-prompt/nuxt',
      configKey: CONFIG_KEY,
      compatibility: { nuxt: '>=4.0.0' },
    }),
  });
}

async function checkOutputOf(
  site: Site,
  folder: string,
  warn: (message: string) => void,
): Promise<void> {
  await checkSite(site, folder, warn);
  assertNoLeak(await readDumps(folder), secretsOf(site.session));
}

function createVitePlugins(
  { session }: Site,
  content: NuxtContent,
  sparing: Partial<Plugin>,
): Plugin[] {
  const applyToEnvironment = ({ name }: { name: string }): boolean => ENVIRONMENTS.has(name);
  const { root } = session;
  return [
    {
      name: PLUGIN_NAME,
      enforce: 'pre',
      applyToEnvironment,
      ...createViteHooks(session, { findProject: () => root }),
    },
    { ...content.createPlugin(), applyToEnvironment },
    { name: `${PLUGIN_NAME}:nuxt-prefetch`, applyToEnvironment, ...sparing },
  ];
}

/** Nuxt builds for browsers and for servers with one configuration each, or with one for both. */
function addToVite(nuxt: Nuxt, createPlugins: () => Plugin[]): void {
  const { experimental } = nuxt.options as Nuxt['options'] & {
    experimental?: { viteEnvironmentApi?: boolean };
  };
  const add = (config: NuxtViteConfig): void => {
    config.plugins = [...(config.plugins ?? []), ...createPlugins()];
    // What runs in a site asks for modules that only the plugin knows.
    config.optimizeDeps ??= {};
    config.optimizeDeps.exclude = [
      ...(config.optimizeDeps.exclude ?? []),
      'unplugin-image-prompt',
      'unplugin-image-prompt/vue',
    ];
    watchBelowContent(config);
  };
  if (experimental?.viteEnvironmentApi) {
    nuxt.hook('vite:extend', ({ config }: { config: NuxtViteConfig }) => add(config));
  } else nuxt.hook('vite:extendConfig', (config: NuxtViteConfig) => add(config));
}

/** Nuxt Content reads its options when it is set up. */
function assertBefore(options: Nuxt['options']): void {
  const names = listModules(options);
  const at = names.indexOf(CONTENT);
  if (at === -1 || at > names.findIndex((name) => String(name).includes(PLUGIN_NAME))) return;
  throw new ImagePromptError(
    'CONFIG_INVALID',
    `${CONTENT} stands before unplugin-image-prompt/nuxt.`,
    {
      hint: `Turn them round: modules: ['unplugin-image-prompt/nuxt', '${CONTENT}'].`,
    },
  );
}
