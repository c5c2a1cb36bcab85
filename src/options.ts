import { isAbsolute, resolve } from 'node:path';
import { ImagePromptError } from './errors.ts';
import { isVitest, ON_MISSING, resolveOnMissing } from './on-missing.ts';
import type { Provider } from './provider/types.ts';
import type { SpecDefaults } from './spec/types.ts';

/** What happens when an imported picture is not in the store. */
export type OnMissing = 'generate' | 'error' | 'sketch';

/** Options of the plugin and of `image-prompt.config.*`; all may be left out. */
export interface Options {
  /**
   * Folder of the store, relative to the bundler's root. Meant to be committed.
   * @default '.image-prompt'
   */
  dir?: string;
  /**
   * Globs of the specs that `plan` and the command line look at; imports always count.
   * @default every `*.image.yaml` and `*.image.yml`
   */
  include?: string | readonly string[];
  /**
   * Globs left out of {@link include}.
   * @default node_modules, dist, .git and the store
   */
  exclude?: string | readonly string[];
  /**
   * Who makes pictures.
   * @default fal()
   */
  provider?: Provider;
  /**
   * What to do about a missing picture.
   * @default dev server, watch mode and Vitest: 'sketch'; build with `CI`: 'error'; other builds: 'generate' when
   * the provider has a key, else 'error'. `IMAGE_PROMPT_ON_MISSING` overrides everything.
   */
  onMissing?: OnMissing;
  /**
   * US dollars that one run may spend; checked before each request.
   * @default 5
   */
  budget?: number;
  /**
   * Paid requests in flight at once.
   * @default 4
   */
  concurrency?: number;
  /** Values under every spec. */
  defaults?: SpecDefaults;
  /**
   * Folder of the disposable cache, relative to the root.
   * @default 'node_modules/.cache/unplugin-image-prompt'
   */
  cacheDir?: string;
  /**
   * URL prefix of emitted pictures for Rollup, Rolldown and esbuild: an absolute URL or path, such as
   * `https://cdn.example/` or `/assets/`. The other bundlers have an option of their own.
   * @default URLs relative to the script
   */
  publicPath?: string;
  /**
   * Whether `edit` in specs may name http(s) addresses. Each is fetched once and kept in the cache; where the
   * cache is new, whatever the address shows then counts.
   * @default false
   */
  allowRemoteInputs?: boolean;
  /**
   * Whether a build says what it made: a few lines, or with `'json'` a file `report.json` in
   * {@link Options.cacheDir}.
   * @default true
   */
  report?: boolean | 'json';
  /**
   * Where the site is published, such as `https://example.org`: `og:image` and `twitter:image` of pages
   * need absolute URLs.
   * @default none: their URLs are those of `base`, with a warning
   */
  site?: string;
}

/** What the options are resolved against. */
export interface OptionsContext {
  /** Absolute path of the project's root. */
  root: string;
  /**
   * `serve` is a dev server, `watch` a build that starts over with every saved file, `build` any other
   * that writes files, `cli` the command line.
   */
  command: 'serve' | 'watch' | 'build' | 'cli';
  env: Readonly<Record<string, string | undefined>>;
  /** The provider when the options name none: made late, so that its library loads only when needed. */
  defaultProvider: () => Provider;
  /**
   * Names of options that stand in the configuration of a bundler alone, see {@link findInlineOnly}.
   * @default []
   */
  onlyInline?: readonly string[];
}

/** Options with every default written in. */
export interface ResolvedOptions {
  root: string;
  /** Absolute. */
  dir: string;
  /** Absolute. */
  cacheDir: string;
  include: readonly string[];
  exclude: readonly string[];
  provider: Provider;
  onMissing: OnMissing;
  /** Whether sketches in a production build were asked for in so many words. */
  sketchesAllowed: boolean;
  /** Why {@link onMissing} is what it is, for messages. */
  onMissingReason: string;
  /** Whether it was asked for in so many words. */
  onMissingAsked: boolean;
  budget: number;
  concurrency: number;
  defaults: SpecDefaults;
  report: boolean | 'json';
  /** An absolute http(s) URL, or null. */
  site: string | null;
  /** Options that decide which pictures are meant and that the command line does not know. */
  onlyInline: readonly string[];
  allowRemoteInputs: boolean;
  /** Ends in a slash. */
  publicPath?: string;
}

/** Defaults of the options that do not depend on the environment. */
export const DEFAULTS = {
  dir: '.image-prompt',
  cacheDir: 'node_modules/.cache/unplugin-image-prompt',
  include: ['**/*.image.{yaml,yml}'],
  exclude: ['**/node_modules/**', '**/dist/**', '**/.git/**'],
  budget: 5,
  concurrency: 4,
} as const;

/** Names of all options. */
export const OPTION_NAMES: ReadonlySet<string> = new Set<keyof Options>([
  'dir',
  'include',
  'exclude',
  'provider',
  'onMissing',
  'budget',
  'concurrency',
  'defaults',
  'cacheDir',
  'publicPath',
  'allowRemoteInputs',
  'report',
  'site',
]);

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const areTexts = (value: unknown): boolean =>
  isText(value) || (Array.isArray(value) && value.every(isText));

const isSite = (value: unknown): boolean =>
  typeof value === 'string' && /^https?:\/\/[^\s?#]+$/i.test(value) && URL.canParse(value);
/** What a page on any other URL can use: `./` and the like would be relative to the page. */
function isPublicPath(value: unknown): boolean {
  return typeof value === 'string' && /^(?:[a-z][a-z\d+.-]*:\/\/[^/?#]+|\/)[^?#]*$/i.test(value);
}

/** Options whose type alone decides; the others have checks of their own. */
const SHAPES: readonly [keyof Options, expected: string, fits: (value: unknown) => boolean][] = [
  ['dir', 'a path', isText],
  ['cacheDir', 'a path', isText],
  ['include', 'globs', areTexts],
  ['exclude', 'globs', areTexts],
  ['report', "true, false or 'json'", (value) => typeof value === 'boolean' || value === 'json'],
  ['allowRemoteInputs', 'true or false', (value) => typeof value === 'boolean'],
  ['site', "an absolute URL such as 'https://example.org'", isSite],
  ['publicPath', 'an absolute URL or a path that begins with "/"', isPublicPath],
  ['defaults', 'a map', (value) => typeof value === 'object' && value !== null],
];

/**
 * Writes the defaults into the options. Pure: the environment comes in as an argument.
 * @throws ImagePromptError CONFIG_INVALID
 */
export function resolveOptions(options: Options, context: OptionsContext): ResolvedOptions {
  validate(options);
  const { root, env } = context;
  const provider = options.provider ?? context.defaultProvider();
  const missing = resolveOnMissing(options, provider, context);
  return {
    root,
    dir: absolute(root, options.dir ?? DEFAULTS.dir),
    cacheDir: absolute(root, options.cacheDir ?? DEFAULTS.cacheDir),
    include: list(options.include) ?? DEFAULTS.include,
    exclude: list(options.exclude) ?? DEFAULTS.exclude,
    provider,
    onMissing: missing.value,
    onMissingReason: missing.reason,
    onMissingAsked: missing.asked,
    sketchesAllowed:
      (missing.asked && missing.value === 'sketch') ||
      provider.name === 'sketch' ||
      isVitest(env) ||
      context.command === 'watch',
    budget: options.budget ?? DEFAULTS.budget,
    concurrency: options.concurrency ?? DEFAULTS.concurrency,
    defaults: options.defaults ?? {},
    ...(options.publicPath === undefined
      ? {}
      : { publicPath: options.publicPath.replace(/\/*$/, '/') }),
    allowRemoteInputs: options.allowRemoteInputs ?? false,
    report: options.report ?? true,
    site: options.site ?? null,
    onlyInline: context.onlyInline ?? [],
  };
}

/** Options of the configuration file with the inline ones over them; `defaults` merge field by field. */
export function mergeOptions(config: Options, inline: Options): Options {
  const defaults = { ...config.defaults, ...given(inline.defaults ?? {}) };
  const output = { ...config.defaults?.output, ...given(inline.defaults?.output ?? {}) };
  const merged: Options = { ...config, ...given(inline) };
  if (Object.keys(output).length > 0) defaults.output = output;
  if (Object.keys(defaults).length > 0) merged.defaults = defaults;
  return merged;
}

/** What is undefined was not given: it must not hide what the configuration file says. */
function given<T extends object>(options: T): T {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as T;
}

function validate(options: Options): void {
  for (const name of Object.keys(options)) {
    if (!OPTION_NAMES.has(name)) {
      throw invalid(
        `Expected one of ${[...OPTION_NAMES].join(', ')}, received the option "${name}".`,
      );
    }
  }
  for (const [name, expected, fits] of SHAPES) {
    const value = options[name];
    if (value !== undefined && !fits(value)) {
      const received = typeof value === 'string' ? `"${value}"` : typeof value;
      throw invalid(`Expected ${expected} for "${name}", received ${received}.`);
    }
  }
  const { budget, concurrency, onMissing, provider } = options;
  if (budget !== undefined && !(typeof budget === 'number' && budget >= 0)) {
    throw invalid(`Expected US dollars from 0 for "budget", received ${String(budget)}.`);
  }
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency >= 1)) {
    throw invalid(
      `Expected a whole number from 1 for "concurrency", received ${String(concurrency)}.`,
    );
  }
  if (onMissing !== undefined && !ON_MISSING.includes(onMissing)) {
    throw invalid(`Expected ${ON_MISSING.join(' | ')} for "onMissing", received "${onMissing}".`);
  }
  if (provider !== undefined && typeof provider?.submit !== 'function') {
    throw invalid('Expected fal(), sketch() or a Provider for "provider".');
  }
}

function absolute(root: string, path: string): string {
  return isAbsolute(path) ? path : resolve(root, path);
}

function list(value: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof value === 'string' ? [value] : value;
}

function invalid(message: string): ImagePromptError {
  return new ImagePromptError('CONFIG_INVALID', message);
}

/** Options without which the command line makes other pictures than the build shows. */
const DECIDING = ['dir', 'provider', 'defaults'] as const;

/** Names of options that decide which pictures are meant, and that the configuration file does not have. */
export function findInlineOnly(config: Options, inline: Options): string[] {
  return DECIDING.filter((name) => inline[name] !== undefined && config[name] === undefined);
}
