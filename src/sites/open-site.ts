import { resolve } from 'node:path';
import { findRoot } from '../config/find-root.ts';
import type { Options } from '../options.ts';
import { type BundlerCommand, createSession } from '../plugin/session.ts';
import { VERSION } from '../version.ts';
import { createSite, type Site } from './site.ts';

/** Which site is meant. */
export interface SiteStart {
  /**
   * Folder of the project: where the store lies, and what paths are relative to.
   * @default the nearest folder above with a configuration, a store or a package.json, as for the command line
   */
  root?: string | undefined;
  /** See OptionsContext. */
  command: BundlerCommand;
  options?: Options;
}

interface OpenSite {
  root: string;
  command: BundlerCommand;
  env: NodeJS.ProcessEnv;
  options: string;
  site: Site;
}

/** Other releases keep their own. */
const OPEN: symbol = Symbol.for(`unplugin-image-prompt/sites/${VERSION}`);

/**
 * Opens a site, or gives the one that is open: a configuration that is read twice, templates and plugins of
 * one process share a budget, one reading of the store, and the list of what is to be published.
 * @throws nothing: what is wrong with the configuration is told with the first picture
 */
export function openSite(
  { root: given, command, options = {} }: SiteStart,
  { env, cwd, now }: { env: NodeJS.ProcessEnv; cwd: string; now: () => number },
): Site {
  const root = given === undefined ? findRoot(cwd) : resolve(cwd, given);
  // By its name, as in keys: `fal()` is written out anew wherever it is asked for.
  const wanted = JSON.stringify({ ...options, provider: options.provider?.name });
  const open = sharedList();
  const known = open.find(
    (one) =>
      one.root === root && one.command === command && one.options === wanted && one.env === env,
  );
  if (known) return known.site;
  const session = createSession(options, env, now);
  session.start({ root, command });
  const site = createSite(session);
  open.push({ root, command, options: wanted, env, site });
  return site;
}

function sharedList(): OpenSite[] {
  const holder = globalThis as unknown as Record<symbol, OpenSite[] | undefined>;
  holder[OPEN] ??= [];
  return holder[OPEN];
}
