import { findRoot } from '../../config/find-root.ts';
import type { Options } from '../../options.ts';
import { remarkMdx } from '../mdx/remark.ts';
import { openSite } from '../open-site.ts';
import { readCommand } from './command.ts';
import { extendConfig } from './extend-config.ts';
import { createFrontMatter } from './front-matter.ts';
import { createSitePlugin } from './site-plugin.ts';
import { createSiteWork, type SiteWork } from './site-work.ts';
import type { DocusaurusConfig, DocusaurusPlugin, LoadContext } from './types.ts';

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

interface World {
  env: NodeJS.ProcessEnv;
  /** Words of the command line, behind the program. */
  words: readonly string[];
  now: () => number;
  print: (message: string) => void;
}

/** Creates {@link WithImagePrompt} for one process. */
export function createWithImagePrompt(world: World): WithImagePrompt {
  return (config, options = {}) => {
    const wrap = (given: unknown): DocusaurusConfig =>
      extend(given as DocusaurusConfig, options, world);
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
  config: DocusaurusConfig,
  { root, ...options }: DocusaurusOptions,
  world: World,
): DocusaurusConfig {
  const warned = new Set<string>();
  const warn = (message: string): void => {
    if (!warned.has(message)) world.print(`image-prompt: ${message}`);
    warned.add(message);
  };
  let known: { work: SiteWork; base: string } | null = null;
  const frontMatter = createFrontMatter(config.markdown?.parseFrontMatter, () => known, warn);

  /** Called when the configuration was checked, and before any page is read. */
  const plugin = ({ siteDir, siteConfig }: LoadContext): DocusaurusPlugin => {
    const site = openSite(
      { root: root ?? findRoot(siteDir), command: readCommand(world.words, world.env), options },
      { ...world, cwd: siteDir },
    );
    // A configuration that is read anew is one that has changed, and so may specs have.
    site.session.restart();
    const work = createSiteWork(site, siteDir, warn);
    known = { work, base: siteConfig.baseUrl };
    return createSitePlugin({
      work,
      config: siteConfig,
      follow: frontMatter.follow,
      warn,
      print: world.print,
    });
  };

  return extendConfig(config, { plugin, remark: remarkMdx, parseFrontMatter: frontMatter.parse });
}
