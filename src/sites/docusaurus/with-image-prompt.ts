import { findRoot } from '../../config/find-root.ts';
import type { Options } from '../../options.ts';
import { remarkMdx } from '../mdx/remark.ts';
import { openSite } from '../open-site.ts';
import { createWarnOnce } from '../warn-once.ts';
import { readCommand } from './command.ts';
import { extendConfig } from './extend-config.ts';
import { createFrontMatter } from './front-matter.ts';
import { createSitePlugin } from './site-plugin.ts';
import { createSiteWork, type SiteWork } from './site-work.ts';
import type { DocusaurusConfig, DocusaurusPlugin, LoadContext, ParseFrontMatter } from './types.ts';

/** Options of {@link WithImagePrompt}, those of the plugins for bundlers. */
export interface DocusaurusOptions extends Options {
  /**
   * Folder of the project, where the store lies.
   * @default the nearest folder above with a configuration, a store or a package.json
   */
  root?: string;
}

/** Adds pictures to the configuration of a site. */
export type WithImagePrompt = <C>(config: C, options?: DocusaurusOptions) => C;

/** The plugin, for `plugins` of a configuration. */
export type DocusaurusPluginModule = (
  context: LoadContext,
  options?: DocusaurusOptions & { id?: string },
) => DocusaurusPlugin;

/** What a site needs; {@link DocusaurusParts.withImagePrompt} puts the others where they belong. */
export interface DocusaurusParts {
  plugin: DocusaurusPluginModule;
  /** For `markdown.parseFrontMatter`; of the site whose plugin was loaded last. */
  parseFrontMatter: ParseFrontMatter;
  withImagePrompt: WithImagePrompt;
}

interface World {
  env: NodeJS.ProcessEnv;
  /** Words of the command line, behind the program. */
  words: readonly string[];
  now: () => number;
  print: (message: string) => void;
}

/** Creates {@link DocusaurusParts} for one process. */
export function createDocusaurusParts(world: World): DocusaurusParts {
  const withImagePrompt: WithImagePrompt = (config, options = {}) => {
    const wrap = (given: unknown): DocusaurusConfig => {
      const site = given as DocusaurusConfig;
      const parts = connect(site.markdown?.parseFrontMatter, options, world);
      return extendConfig(site, { ...parts, remark: remarkMdx });
    };
    const result =
      typeof config === 'function'
        ? async () => wrap(await config())
        : config instanceof Promise
          ? config.then(wrap)
          : wrap(config);
    return result as typeof config;
  };
  return { ...connect(undefined, {}, world), withImagePrompt };
}

/** A plugin and what reads front matter, which know of each other. */
function connect(
  userParse: ParseFrontMatter | undefined,
  preset: DocusaurusOptions,
  world: World,
): Pick<DocusaurusParts, 'plugin' | 'parseFrontMatter'> {
  const warn = createWarnOnce((message) => world.print(`image-prompt: ${message}`));
  let known: { work: SiteWork; base: string } | null = null;
  const frontMatter = createFrontMatter(userParse, () => known, warn);

  /** Called when the configuration was checked, and before any page is read. */
  const plugin: DocusaurusPluginModule = ({ siteDir, siteConfig }, given = {}) => {
    // Docusaurus numbers its plugins.
    const { root, id: _id, ...options } = { ...preset, ...given };
    const site = openSite(
      { root: root ?? findRoot(siteDir), command: readCommand(world.words, world.env), options },
      { ...world, cwd: siteDir },
    );
    // A configuration that is read anew is one that has changed, and so may specs have.
    site.session.restart();
    const work = createSiteWork(site, siteDir, warn);
    known = { work, base: siteConfig.baseUrl };
    const { follow } = frontMatter;
    return createSitePlugin({ work, config: siteConfig, follow, warn, print: world.print });
  };
  return { plugin, parseFrontMatter: frontMatter.parse };
}
