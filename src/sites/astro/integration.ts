import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { findRoot } from '../../config/find-root.ts';
import type { Options } from '../../options.ts';
import { PLUGIN_NAME, toBundlerError } from '../../plugin/bundler-error.ts';
import type { DevFollower } from '../../plugin/dev-follow.ts';
import { createViteHooks } from '../../plugin/hosts/vite.ts';
import { finishRun } from '../../plugin/run-report.ts';
import { createSession } from '../../plugin/session.ts';
import { createDevPages, THEME } from '../dev-pages.ts';
import { normaliseBase } from '../folder.ts';
import { createSite } from '../site.ts';
import { createWarnOnce } from '../warn-once.ts';
import { DEV_PAGES, type RewriteDevPage } from './dev-name.ts';
import { createImagePlugin } from './image-plugin.ts';
import { teachProcessor } from './markdown.ts';
import { type AstroPages, finishPages, rewriteAstroPage } from './pages.ts';
import type { AstroConfig, AstroIntegration } from './types.ts';

/** Options of the integration, those of the plugin for Vite. */
export interface AstroOptions extends Options {
  /**
   * Folder of the project, where the store lies.
   * @default the nearest folder above with a configuration, a store or a package.json
   */
  root?: string;
}

/** Creates the integration: `integrations: [imagePrompt()]`. */
export type AstroDoor = (options?: AstroOptions) => AstroIntegration;

const TYPES = '/// <reference types="unplugin-image-prompt/astro/client" />\n';
const MIDDLEWARE = new URL('./dev-middleware.js', import.meta.url);

/** Creates {@link AstroDoor} for one process. */
export function createAstroDoor(world: { env: NodeJS.ProcessEnv; now: () => number }): AstroDoor {
  return ({ root, ...options } = {}) => {
    const session = createSession(options, world.env, world.now);
    const site = createSite(session);
    let print: (message: string) => void = () => {};
    const warn = createWarnOnce((message) => print(message));
    let isStatic = true;
    let pages: AstroPages | null = null;
    let follower: DevFollower | null = null;
    const shown = createDevPages(async () => {});

    const rewriteDevPage: RewriteDevPage = async (html, path) => {
      const specs = new Set<string>();
      const page = { html, fileName: path.replace(/^\//, '') };
      try {
        const rewritten = await rewriteAstroPage(pages!, page, (spec) => specs.add(spec));
        return rewritten?.html ?? html;
      } finally {
        for (const spec of specs) {
          const files = [...session.dependenciesOf(spec), ...session.missingOf(spec)];
          await shown.note(spec, files, THEME);
        }
      }
    };

    const createPlugins = (config: AstroConfig): Plugin[] => [
      createImagePlugin(session, {
        follower: () => follower,
        paints: !config.security?.csp,
        warn,
      }),
      {
        name: PLUGIN_NAME,
        enforce: 'pre',
        ...createViteHooks(session, {
          findProject: () => root ?? findRoot(pages!.root),
          devBase: () => normaliseBase(pages!.base),
          reports: true,
          onChange: shown.change,
          takeFollower(given) {
            follower = given;
            shown.takeFollower(given);
          },
        }),
      },
      {
        name: `${PLUGIN_NAME}:astro-pages`,
        configureServer: (server) => shown.attach(server),
      },
    ];

    return {
      name: PLUGIN_NAME,
      hooks: {
        'astro:config:setup'({ config, command, updateConfig, addMiddleware, logger }) {
          print = (message) => logger.warn(message);
          const siteRoot = fileURLToPath(config.root).replace(/[\\/]$/, '');
          pages = {
            site,
            root: siteRoot,
            base: config.base,
            origin: config.site ?? null,
            warn,
          };
          const { processor } = config.markdown;
          if (!teachProcessor(processor, siteRoot)) {
            warn(
              `Markdown images of specs are shown with Sätteri and with unified() of @astrojs/markdown-remark, and this site uses ${processor?.name ?? 'neither'}.`,
            );
          }
          if (command === 'dev') {
            const holder = globalThis as unknown as Record<symbol, RewriteDevPage>;
            holder[DEV_PAGES] = rewriteDevPage;
            addMiddleware({ entrypoint: MIDDLEWARE, order: 'pre' });
          }
          updateConfig({
            vite: {
              plugins: createPlugins(config),
              ssr: {
                // Components are compiled with the site; scripts find their programs by their own place.
                noExternal: ['unplugin-image-prompt'],
                external: ['unplugin-image-prompt/node'],
              },
            },
          });
        },

        'astro:config:done'({ injectTypes, buildOutput }) {
          isStatic = buildOutput === 'static';
          injectTypes({ filename: 'types.d.ts', content: TYPES });
        },

        async 'astro:build:done'({ dir, logger }) {
          const output = { outDir: fileURLToPath(dir), isStatic };
          await finishPages(pages!, output).catch((error: unknown) => {
            throw toBundlerError(error, undefined, session.root);
          });
          const report = await finishRun(session);
          if (report) logger.info(report);
          await session.close();
        },
      },
    };
  };
}
