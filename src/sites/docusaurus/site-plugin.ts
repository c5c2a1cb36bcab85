import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Compiler } from 'webpack';
import { PLUGIN_NAME, toBundlerError } from '../../plugin/bundler-error.ts';
import { unplugin } from '../../plugin/factory.ts';
import { markChanged } from '../../plugin/hosts/webpack-cache.ts';
import { finishRun } from '../../plugin/run-report.ts';
import { checkSite, copySiteFiles } from '../publish-site.ts';
import { type ConfigSlot, findConfigSlots } from './config-slots.ts';
import type { SiteWork } from './site-work.ts';
import type { BundlerConfig, DevMiddleware, DocusaurusPlugin, LoadContext } from './types.ts';

const LOADER = fileURLToPath(new URL('./docusaurus-loader.js', import.meta.url));
const STYLES = fileURLToPath(new URL('./docusaurus.css', import.meta.url));

/** What the plugin is made of. */
export interface SitePluginParts {
  work: SiteWork;
  config: LoadContext['siteConfig'];
  /** Files that the front matter of a page depends on. */
  follow(page: string): readonly string[];
  warn(message: string): void;
  print(message: string): void;
}

/** Creates the plugin of one site, or of one of its languages. */
export function createSitePlugin(parts: SitePluginParts): DocusaurusPlugin {
  const { work, config, follow, warn, print } = parts;
  const { site, session, siteDir, states } = work;
  let slots: ConfigSlot[] | null = null;
  const configFile = join(siteDir, 'docusaurus.config.js');

  return {
    name: PLUGIN_NAME,

    getClientModules: () => [STYLES],

    // Whatever the configuration shows; pages and their front matter are the bundler's business.
    getPathsToWatch: () => {
      const specs = (slots ?? []).map(({ reference }) => work.locate(reference, configFile));
      return [...new Set(specs)].flatMap((spec) => [spec, ...work.dependenciesOf(spec)]);
    },

    // Once every other plugin has said its word on the configuration, and before it is written for pages.
    async allContentLoaded() {
      const isFirst = slots === null;
      slots ??= findConfigSlots(config);
      // A spec has changed.
      if (!isFirst) site.session.restart();
      for (const { reference, fill } of slots) {
        try {
          fill(await work.resolve(reference, configFile));
        } catch (error) {
          if (session.command !== 'serve') throw error;
          warn(error instanceof Error ? error.message : String(error));
        }
      }
    },

    configureWebpack(given, _isServer, { currentBundler }) {
      const bundler = currentBundler.name === 'rspack' ? 'rspack' : 'webpack';
      return {
        plugins: [unplugin[bundler](() => session), refreshStates(states)],
        module: {
          // No regular expression: Docusaurus would look for the folders of pages in a rule that has one.
          rules: [
            { test: [/\.mdx?$/i], enforce: 'post', use: [{ loader: LOADER, options: { follow } }] },
          ],
        },
        output: nameAssets(given),
        ...(session.command === 'serve' ? { devServer: { setupMiddlewares: serve } } : {}),
      };
    },

    async postBuild({ outDir }) {
      try {
        await copySiteFiles([...work.needed.values()], outDir);
        await checkSite(site, outDir, warn);
      } catch (error) {
        throw toBundlerError(error, undefined, session.root);
      }
      const text = await finishRun(site.session);
      if (text) print(text);
    },
  };

  /** Docusaurus joins the lists of all these functions: this one changes the first, and adds nothing to it. */
  function serve(middlewares: DevMiddleware[]): DevMiddleware[] {
    const at = middlewares.findIndex(
      (one) => 'name' in one && one.name === 'webpack-dev-middleware',
    );
    middlewares.splice(Math.max(at, 0), 0, { name: PLUGIN_NAME, middleware: site.middleware });
    return [];
  }
}

/** Where Docusaurus itself puts images, and as it names them; its own loaders take no part. */
function nameAssets({ output }: BundlerConfig): object {
  if (output?.assetModuleFilename !== undefined) return {};
  return { assetModuleFilename: 'assets/images/[name]-[contenthash][ext]' };
}

/** Originals that come while a server runs change pages that have not changed. */
function refreshStates(states: SiteWork['states']): { apply(compiler: unknown): void } {
  return {
    apply(given) {
      const compiler = given as Compiler;
      compiler.hooks.watchRun.tapPromise(PLUGIN_NAME, async () => {
        markChanged(compiler, await states.refresh());
      });
    },
  };
}
