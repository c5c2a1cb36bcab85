import { isAbsolute, resolve } from 'node:path';
import { ImagePromptError } from './errors.ts';
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
   * Whether a build says what it made.
   * @default true
   */
  report?: boolean;
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
  budget: number;
  concurrency: number;
  defaults: SpecDefaults;
  report: boolean;
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

const ON_MISSING: readonly OnMissing[] = ['generate', 'error', 'sketch'];
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
  'report',
]);

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const areTexts = (value: unknown): boolean =>
  isText(value) || (Array.isArray(value) && value.every(isText));

/** Options whose type alone decides; the others have checks of their own. */
const SHAPES: readonly [keyof Options, expected: string, fits: (value: unknown) => boolean][] = [
  ['dir', 'a path', isText],
  ['cacheDir', 'a path', isText],
  ['include', 'globs', areTexts],
  ['exclude', 'globs', areTexts],
  ['report', 'true or false', (value) => typeof value === 'boolean'],
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
    sketchesAllowed:
      missing.explicitSketch ||
      provider.name === 'sketch' ||
      isVitest(env) ||
      context.command === 'watch',
    budget: options.budget ?? DEFAULTS.budget,
    concurrency: options.concurrency ?? DEFAULTS.concurrency,
    defaults: options.defaults ?? {},
    report: options.report ?? true,
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
      throw invalid(`Expected ${expected} for "${name}", received ${typeof value}.`);
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

interface Missing {
  value: OnMissing;
  reason: string;
  explicitSketch: boolean;
}

function resolveOnMissing(options: Options, provider: Provider, context: OptionsContext): Missing {
  const { env } = context;
  const asked = env['IMAGE_PROMPT_ON_MISSING'];
  if (asked) {
    if (!ON_MISSING.includes(asked as OnMissing)) {
      throw invalid(
        `Expected ${ON_MISSING.join(' | ')} in IMAGE_PROMPT_ON_MISSING, received "${asked}".`,
      );
    }
    const value = asked as OnMissing;
    return { value, reason: 'IMAGE_PROMPT_ON_MISSING', explicitSketch: value === 'sketch' };
  }
  if (options.onMissing !== undefined) {
    const value = options.onMissing;
    return { value, reason: 'the option onMissing', explicitSketch: value === 'sketch' };
  }
  const implied = (value: OnMissing, reason: string): Missing => ({
    value,
    reason,
    explicitSketch: false,
  });
  if (isVitest(env)) return implied('sketch', 'Vitest is running');
  if (context.command === 'serve') return implied('sketch', 'a dev server never spends');
  if (context.command === 'watch') return implied('sketch', 'saving a file never spends');
  if (isCi(env)) return implied('error', 'CI is set, so the build is frozen');
  const unavailable = provider.unavailable();
  if (unavailable !== null) return implied('error', unavailable);
  return implied('generate', 'a build with a key generates');
}

/** Whether the environment says that this is a CI run: `CI` set to anything but nothing or `false`. */
export function isCi(env: Readonly<Record<string, string | undefined>>): boolean {
  const ci = env['CI'];
  return ci !== undefined && ci !== '' && ci !== '0' && ci !== 'false';
}

function isVitest(env: Readonly<Record<string, string | undefined>>): boolean {
  return Boolean(env['VITEST']);
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
