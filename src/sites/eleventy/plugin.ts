import { join, relative, resolve } from 'node:path';
import { DEFAULTS, type Options } from '../../options.ts';
import { toBundlerError } from '../../plugin/bundler-error.ts';
import { isElsewhere, MAY_REFER } from '../../plugin/references.ts';
import { finishRun } from '../../plugin/run-report.ts';
import { normaliseBase } from '../folder.ts';
import { openSite } from '../open-site.ts';
import { checkSite, copyNamedFiles, copySiteFiles } from '../publish-site.ts';
import { rewriteSitePage, type SitePage } from '../rewrite-page.ts';
import type { Site } from '../site.ts';
import type { EleventyConfig, EleventyPage, EleventyTransform } from './types.ts';

/** Options of the plugin for Eleventy, beside those of the plugins for bundlers. */
export interface EleventyOptions extends Options {
  /**
   * What URLs of pictures begin with. `/` when the plugin for Vite is used as well: Vite puts its own `base` before
   * them.
   * @default Eleventy's `pathPrefix`
   */
  base?: string;
  /**
   * Folder of the project, where the store lies.
   * @default the nearest folder above with a configuration, a store or a package.json
   */
  root?: string;
}

/** The plugin, for `eleventyConfig.addPlugin`. */
export type EleventyPlugin = (config: EleventyConfig, options?: EleventyOptions) => void;

/** Creates the plugin for one process. */
export function createEleventyPlugin(world: {
  env: NodeJS.ProcessEnv;
  /** Words of the command line. */
  words: readonly string[];
  cwd: () => string;
  now: () => number;
  print: (message: string) => void;
}): EleventyPlugin {
  return (config, { base: given, root, ...options } = {}) => {
    const cwd = world.cwd();
    const warn = (message: string): void => world.print(`image-prompt: ${message}`);
    const publicBase = normaliseBase(config.pathPrefix ?? '/');
    const base = given === undefined ? publicBase : normaliseBase(given);
    const outDir = (): string => resolve(cwd, config.directories.output);
    let site: Site | null = null;
    let writes = true;
    let follows = false;
    /** Pages that have references, as they were before Eleventy put its base before them. */
    const written = new Map<string, string>();
    // Eleventy does not tell plugins of it, and what is only tried must not be paid for.
    const isDry = world.words.some((word) => /^--dryrun(?:=true)?$/.test(word));

    // Reads the options at the first build: what kind of run this is, is not known before.
    config.on('eleventy.before', ({ runMode, outputMode }) => {
      const command = isDry ? 'serve' : runMode;
      site = openSite({ root, command, options }, { ...world, cwd });
      writes = outputMode === 'fs' && !isDry;
      // Specs, the store or the configuration may have changed since the last build.
      site.session.restart();
      written.clear();
      if (follows) return;
      follows = true;
      // After what other plugins, that of Vite among them, do with the pages.
      config.setEventEmitterMode?.('sequential');
      config.on('eleventy.after', finish);
    });

    const rewrite = async (
      { inputPath, outputPath }: EleventyPage,
      html: unknown,
      how: Pick<SitePage, 'base' | 'publicBase' | 'prefix' | 'withoutHead' | 'written'>,
    ): Promise<unknown> => {
      if (site === null || typeof html !== 'string') return html;
      if (!outputPath || !/\.html?$/i.test(outputPath)) return html;
      const page = {
        html,
        source: resolve(cwd, inputPath),
        fileName: relative(outDir(), resolve(cwd, outputPath)).replaceAll('\\', '/'),
        root: resolve(cwd, config.directories.input),
        ...how,
      };
      const rewritten = await rewriteSitePage(site, page, warn);
      if (rewritten === null) return html;
      // At once: whoever goes over the pages after the build needs their files beside them.
      if (writes) await copySiteFiles(rewritten.files, outDir());
      return rewritten.html;
    };
    // Eleventy makes every URL of a feed absolute, and no reference could be told from a link any more.
    addFirst(config, 'image-prompt-first', async function rewriteFirst(content) {
      const { page, baseHref } = this;
      if (!baseHref) {
        const matters =
          publicBase !== '/' && typeof content === 'string' && MAY_REFER.test(content);
        if (matters && page.outputPath) written.set(page.outputPath, content);
        return content;
      }
      // Absolute at once, where the host is known: Eleventy knows fewer attributes than we write. With the plugin for
      // Vite the base is `/`, and what Vite puts before URLs of pages it does not put into feeds.
      // A relative one would lead from the host, and not from a page.
      const isOwn = base !== '/' && (base.startsWith('/') || isElsewhere(base));
      const below = isOwn ? base : publicBase;
      const isKnown = URL.canParse(baseHref);
      const absolute = isKnown ? new URL(below, baseHref).href : '/';
      const feedBase = isElsewhere(below) ? below : absolute;
      return await rewrite(page, content, {
        base: feedBase,
        publicBase: feedBase,
        prefix: publicBase,
        withoutHead: true,
      });
    });
    config.addTransform('image-prompt', async function rewriteWhole(content) {
      const { page, baseHref } = this;
      // What goes into a feed was rewritten first, and the page itself may be waiting for its turn.
      if (baseHref) return content;
      const before = written.get(page.outputPath || '');
      written.delete(page.outputPath || '');
      const bases = { base, publicBase };
      return await rewrite(page, content, before ? { ...bases, written: before } : bases);
    });

    config.addWatchTarget(`${config.directories.input}**/*.{yaml,yml}`);
    config.addWatchTarget(join(options.dir ?? DEFAULTS.dir, 'originals', '**'));
    config.setServerOptions({
      middleware: [
        (request, response, next) =>
          site === null ? next() : site.middleware(request, response, next),
      ],
    });

    async function finish(): Promise<void> {
      if (site === null) return;
      const { session } = site;
      try {
        if (writes && session.command !== 'serve') {
          await copyNamedFiles(site.files(), outDir());
          await checkSite(site, outDir(), warn);
        }
      } catch (error) {
        throw toBundlerError(error, undefined, session.root);
      }
      const text = session.command === 'serve' ? null : await finishRun(session);
      if (text) world.print(text);
    }
  };
}

/** Adds a transform that runs before those of Eleventy itself. */
function addFirst(config: EleventyConfig, name: string, run: EleventyTransform): void {
  const others = { ...config.transforms };
  for (const other of Object.keys(others)) delete config.transforms[other];
  config.addTransform(name, run);
  Object.assign(config.transforms, others);
}
