import { join } from 'node:path';
import type { Plugin, ResolvedConfig } from 'vite';
import { findRoot } from '../../config/find-root.ts';
import { ImagePromptError } from '../../errors.ts';
import type { Options } from '../../options.ts';
import { PLUGIN_NAME, toBundlerError } from '../../plugin/bundler-error.ts';
import { createViteHooks } from '../../plugin/hosts/vite.ts';
import { locateReference } from '../../plugin/references.ts';
import { finishRun } from '../../plugin/run-report.ts';
import { createSession } from '../../plugin/session.ts';
import { createDevPages, type Shower, THEME } from '../dev-pages.ts';
import { copyData, findSlots, type Slot } from '../find-slots.ts';
import { checkSite, copySiteFiles } from '../publish-site.ts';
import { createSite, type SiteFile, type SitePicture } from '../site.ts';
import { createWarnOnce } from '../warn-once.ts';
import { describeShared, fillSlot, isRelative, type SlotPlace } from './fill-slot.ts';
import type { HeadEntry, PageData, SiteConfig, UserConfig } from './types.ts';

/** Options of {@link WithImagePrompt}, those of the plugin for Vite. */
export interface VitePressOptions extends Options {
  /**
   * Folder of the project, where the store lies.
   * @default the nearest folder above with a configuration, a store or a package.json
   */
  root?: string;
}

/** Adds pictures to the configuration of a site. */
export type WithImagePrompt = <C>(config: C, options?: VitePressOptions) => C;

/** Creates {@link WithImagePrompt} for one process. */
export function createWithImagePrompt(world: {
  env: NodeJS.ProcessEnv;
  now: () => number;
  print: (message: string) => void;
}): WithImagePrompt {
  return (config, options = {}) => {
    const wrap = (given: unknown): UserConfig => extend(given as UserConfig, options, world);
    const result =
      typeof config === 'function'
        ? async () => wrap(await config())
        : config instanceof Promise
          ? config.then(wrap)
          : wrap(config);
    return result as typeof config;
  };
}

function extend(
  config: UserConfig,
  { root, ...options }: VitePressOptions,
  world: Parameters<typeof createWithImagePrompt>[0],
): UserConfig {
  assertAlone(config);
  const session = createSession(options, world.env, world.now);
  const site = createSite(session);
  const warn = createWarnOnce((message) => world.print(`image-prompt: ${message}`));
  let siteConfig: SiteConfig | null = null;
  let themeSlots: Slot[] = [];
  const pages = createDevPages(async () => await showTheme());
  const needed = new Map<string, SiteFile>();
  /** Of the files of a picture, those that were put to use: an image of the theme has one format. */
  const keepNamed = (files: readonly SiteFile[], value: unknown): void => {
    const text = JSON.stringify(value);
    for (const file of files) if (text.includes(file.name)) needed.set(file.name, file);
  };

  const findProject = (resolved: ResolvedConfig): string =>
    root ?? findRoot(siteConfigOf(resolved)?.root ?? resolved.root);

  const placeOf = async ({ site: { base }, sitemap }: SiteConfig): Promise<SlotPlace> => {
    const { site: published } = await session.options();
    return { base, origin: published ?? sitemap?.hostname ?? null };
  };

  /** Resolves a reference of the front matter of a page, or of the configuration. */
  const resolve = async (
    reference: string,
    { srcDir }: SiteConfig,
    { file, shower, base }: { file: string; shower: Shower; base: string },
  ): Promise<SitePicture> => {
    const request = locateReference(reference, { file, root: srcDir });
    try {
      const built = await site.resolve(request, { base: isRelative(base) ? '/' : base });
      for (const { message, hint } of built.warnings) warn(`${message} ${hint}`);
      assertKept(built.picture.alt, request.file);
      return built;
    } catch (error) {
      throw toBundlerError(error, request.file, session.root);
    } finally {
      if (session.command === 'serve') {
        const files = session.dependenciesOf(request.file);
        await pages.note(request.file, [...files, ...session.missingOf(request.file)], shower);
      }
    }
  };

  const showTheme = async (): Promise<void> => {
    if (siteConfig === null) return;
    const place = await placeOf(siteConfig);
    const how = { file: join(siteConfig.srcDir, 'x'), shower: THEME, base: place.base } as const;
    for (const slot of themeSlots) {
      try {
        const shown = await resolve(slot.reference, siteConfig, how);
        fillSlot(slot, shown, place);
        keepNamed(shown.files, slot.holder);
        if (slot.kind === 'meta' && slot.original['property'] === 'og:image') {
          const { head } = siteConfig.site;
          head.push(...describeShared(shown, head, place));
        }
      } catch (error) {
        // A dev server is there to mend it.
        if (session.command !== 'serve') throw error;
        warn(error instanceof Error ? error.message : String(error));
      }
    }
  };

  const showPage = async (page: PageData, current: SiteConfig): Promise<void> => {
    if (findSlots(page.frontmatter).length === 0) return;
    // Parsers keep what they have parsed, and would show the URLs of today for ever.
    const frontmatter = copyData(page.frontmatter);
    const place = await placeOf(current);
    const file = join(current.srcDir, page.filePath);
    const how = { file, shower: file.replaceAll('\\', '/'), base: place.base };
    for (const slot of findSlots(frontmatter)) {
      const shown = await resolve(slot.reference, current, how);
      fillSlot(slot, shown, place);
      keepNamed(shown.files, slot.holder);
      const isShared = slot.holder === frontmatter && slot.key === 'image';
      if (!isShared && !(slot.kind === 'meta' && slot.original['property'] === 'og:image'))
        continue;
      if (place.origin === null) {
        warn(
          `${page.filePath}: og:image needs an absolute URL. Set the option \`site\`, such as 'https://example.org', or \`sitemap.hostname\`.`,
        );
      }
      const head = (frontmatter['head'] ?? []) as HeadEntry[];
      frontmatter['head'] = [...head, ...describeShared(shown, head, place)];
    }
    page.frontmatter = frontmatter;
  };

  const modules: Plugin = {
    name: PLUGIN_NAME,
    enforce: 'pre',
    ...createViteHooks(session, {
      findProject,
      // VitePress silences what Vite says.
      reports: true,
      onChange: pages.change,
      takeFollower: pages.takeFollower,
    }),
  };
  const rest: Plugin = {
    name: `${PLUGIN_NAME}:vitepress`,
    enforce: 'pre',
    async configResolved(resolved) {
      const found = siteConfigOf(resolved);
      if (found === null) return;
      // The other plugin says the same, in whatever order they are called.
      const command = resolved.command === 'serve' ? 'serve' : 'build';
      session.start({ root: findProject(resolved), command });
      // Rendered pages are kept by their text, which says nothing of their pictures.
      if (command === 'serve' && found.markdown) found.markdown.cache = false;
      // Builds for browsers and servers resolve their configurations one after the other.
      if (siteConfig !== found) themeSlots = findSlots(found.site);
      siteConfig = found;
      await showTheme();
    },
    configureServer(server) {
      pages.attach(server);
    },
  };

  return {
    ...config,
    // There to be told that nothing shall be kept.
    markdown: { ...config.markdown },
    vite: { ...config.vite, plugins: [...(config.vite?.plugins ?? []), modules, rest] },
    async transformPageData(page, context) {
      await showPage(page, context.siteConfig);
      return await config.transformPageData?.(page, context);
    },
    async buildEnd(current) {
      await copySiteFiles([...needed.values()], current.outDir);
      await config.buildEnd?.(current);
      await checkSite(site, current.outDir, warn).catch((error: unknown) => {
        throw toBundlerError(error, undefined, session.root);
      });
      const report = await finishRun(session);
      if (report) world.print(report);
      await session.close();
    },
  };
}

/** VitePress writes the data of a page into a script as it is. */
function assertKept(alt: string, file: string): void {
  if (!/<\/script/i.test(alt)) return;
  throw new ImagePromptError('SPEC_TEXT', 'VitePress cannot keep an `alt` with </script in it.', {
    file,
    hint: 'Write the text alternative without it.',
  });
}

function siteConfigOf(resolved: ResolvedConfig): SiteConfig | null {
  return (resolved as { vitepress?: SiteConfig }).vitepress ?? null;
}

/** Two plugins would pay from two budgets. */
function assertAlone({ vite }: UserConfig): void {
  const plugins = (vite?.plugins ?? []).flat() as ({ name?: string } | null | false)[];
  if (!plugins.some((plugin) => plugin && plugin.name === PLUGIN_NAME)) return;
  throw new ImagePromptError(
    'CONFIG_INVALID',
    'withImagePrompt brings the plugin for Vite, and `vite.plugins` has it too.',
    { hint: 'Remove it there, and give its options to withImagePrompt.' },
  );
}
