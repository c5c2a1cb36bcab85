import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isCi } from '../src/on-missing.ts';
import { mergeOptions, type Options, resolveOptions } from '../src/options.ts';
import { fal } from '../src/provider/fal.ts';
import { sketch } from '../src/provider/sketch.ts';

type Env = Record<string, string>;
const ROOT = resolve('/project');

function resolveWith(
  options: Options,
  command: 'serve' | 'watch' | 'build' | 'cli' = 'build',
  env: Env = {},
) {
  return resolveOptions(options, { root: ROOT, command, env, defaultProvider: () => fal({}, env) });
}

const KEY = { FAL_KEY: 'id:secret' };
const CI = { CI: 'true' };
const VITEST = { VITEST: 'true' };

describe('who may spend', () => {
  it.each<[string, 'serve' | 'watch' | 'build', Env, Options, string, boolean]>([
    ['a dev server', 'serve', {}, {}, 'sketch', false],
    ['a dev server with a key', 'serve', KEY, {}, 'sketch', false],
    ['a dev server in CI', 'serve', { ...KEY, ...CI }, {}, 'sketch', false],
    ['watch mode with a key', 'watch', KEY, {}, 'sketch', true],
    ['the option in watch mode', 'watch', KEY, { onMissing: 'generate' }, 'generate', true],
    ['a build with a key', 'build', KEY, {}, 'generate', false],
    [
      'a build with two halves of a key',
      'build',
      { FAL_KEY_ID: 'a', FAL_KEY_SECRET: 'b' },
      {},
      'generate',
      false,
    ],
    ['a build with half a key', 'build', { FAL_KEY_ID: 'a' }, {}, 'error', false],
    ['a build without a key', 'build', {}, {}, 'error', false],
    ['a build in CI', 'build', { ...KEY, ...CI }, {}, 'error', false],
    ['a build in CI=1', 'build', { ...KEY, CI: '1' }, {}, 'error', false],
    ['a build with CI=false', 'build', { ...KEY, CI: 'false' }, {}, 'generate', false],
    ['a build with an empty CI', 'build', { ...KEY, CI: '' }, {}, 'generate', false],
    ['Vitest', 'build', { ...KEY, ...VITEST }, {}, 'sketch', true],
    ['Vitest in CI', 'build', { ...KEY, ...VITEST, ...CI }, {}, 'sketch', true],
    ['the option on a dev server', 'serve', KEY, { onMissing: 'generate' }, 'generate', false],
    ['the option in CI', 'build', { ...KEY, ...CI }, { onMissing: 'generate' }, 'generate', false],
    ['the option in Vitest', 'build', VITEST, { onMissing: 'error' }, 'error', true],
    ['the option sketch', 'build', KEY, { onMissing: 'sketch' }, 'sketch', true],
    [
      'the variable over the option',
      'build',
      { ...CI, IMAGE_PROMPT_ON_MISSING: 'generate' },
      { onMissing: 'error' },
      'generate',
      false,
    ],
    ['the variable sketch', 'build', { IMAGE_PROMPT_ON_MISSING: 'sketch' }, {}, 'sketch', true],
    ['an empty variable', 'build', { ...KEY, IMAGE_PROMPT_ON_MISSING: '' }, {}, 'generate', false],
    ['sketch() as the provider', 'build', {}, { provider: sketch() }, 'generate', true],
    ['sketch() on a dev server', 'serve', {}, { provider: sketch() }, 'sketch', true],
  ])('%s', (_what, command, env, options, onMissing, sketchesAllowed) => {
    expect(resolveWith(options, command, env)).toMatchObject({ onMissing, sketchesAllowed });
  });

  it('says why', () => {
    const reasonOf = (env: Env, options: Options = {}, command: 'serve' | 'build' = 'build') =>
      resolveWith(options, command, env).onMissingReason;
    expect(reasonOf({})).toContain('FAL_KEY');
    expect(reasonOf({ ...KEY, ...CI })).toContain('CI is set');
    expect(reasonOf(VITEST)).toContain('Vitest');
    expect(reasonOf({}, { onMissing: 'error' })).toContain('onMissing');
    expect(reasonOf({ IMAGE_PROMPT_ON_MISSING: 'error' })).toBe('IMAGE_PROMPT_ON_MISSING');
    expect(reasonOf({}, {}, 'serve')).toContain('dev server');
  });

  it('refuses a variable that it does not understand', () => {
    const env = { IMAGE_PROMPT_ON_MISSING: 'buy' };
    expect(() => resolveWith({}, 'build', env)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });

  it.each([
    [undefined, false],
    ['', false],
    ['0', false],
    ['false', false],
    ['1', true],
    ['true', true],
    ['woodpecker', true],
  ])('CI=%s is %s', (ci, expected) => {
    expect(isCi(ci === undefined ? {} : { CI: ci })).toBe(expected);
  });
});

describe('resolveOptions', () => {
  it('writes the defaults in', () => {
    const provider = sketch();
    expect(resolveWith({ provider })).toEqual({
      root: ROOT,
      allowRemoteInputs: false,
      dir: resolve(ROOT, '.image-prompt'),
      cacheDir: resolve(ROOT, 'node_modules/.cache/unplugin-image-prompt'),
      include: ['**/*.image.{yaml,yml}'],
      exclude: ['**/node_modules/**', '**/dist/**', '**/.git/**'],
      provider,
      onMissing: 'generate',
      onMissingReason: 'a build with a key generates',
      onMissingAsked: false,
      sketchesAllowed: true,
      budget: 5,
      concurrency: 4,
      defaults: {},
      report: true,
      onlyInline: [],
      site: null,
    });
  });

  it('takes what is given', () => {
    const options = {
      dir: 'art',
      cacheDir: '/tmp/c',
      include: 'a/*.image.yaml',
      exclude: ['x'],
      budget: 0,
      concurrency: 1,
      report: false,
      site: 'https://example.org/docs',
    };
    expect(resolveWith(options)).toMatchObject({
      ...options,
      dir: resolve(ROOT, 'art'),
      cacheDir: resolve('/tmp/c'),
      include: ['a/*.image.yaml'],
    });
  });

  it.each([
    ['/sub', '/sub/'],
    ['/', '/'],
    ['//cdn.example/x', '//cdn.example/x/'],
    ['https://cdn.example', 'https://cdn.example/'],
    ['https://cdn.example/x/', 'https://cdn.example/x/'],
  ])('ends publicPath %s in a slash', (given, publicPath) => {
    expect(resolveWith({ publicPath: given })).toMatchObject({ publicPath });
  });

  it('makes no provider of its own when one is given', () => {
    const defaultProvider = () => {
      throw new Error('not needed');
    };
    resolveOptions(
      { provider: sketch() },
      { root: ROOT, command: 'build', env: {}, defaultProvider },
    );
  });

  it.each<[string, unknown, string]>([
    ['buget', 1, 'the option "buget"'],
    ['budget', -1, 'received -1'],
    ['budget', Number.NaN, 'received NaN'],
    ['budget', '5', 'US dollars'],
    ['budget', null, 'received null'],
    ['concurrency', 0, 'from 1'],
    ['concurrency', 1.5, 'received 1.5'],
    ['onMissing', 'buy', 'generate | error | sketch'],
    ['provider', {}, 'fal(), sketch()'],
    ['provider', null, 'fal(), sketch()'],
    ['dir', 5, '"dir"'],
    ['dir', '', '"dir"'],
    ['cacheDir', null, '"cacheDir"'],
    ['include', [1], '"include"'],
    ['exclude', {}, '"exclude"'],
    ['report', 'yes', '"report"'],
    ['site', 'example.org', '"site"'],
    ['site', '/docs', '"site"'],
    ['site', 'ftp://example.org', '"site"'],
    ['site', 'https://', '"site"'],
    ['site', 'https://example.org/?a', '"site"'],
    ['site', null, '"site"'],
    ['publicPath', './img', 'received "./img"'],
    ['publicPath', '', '"publicPath"'],
    ['publicPath', 'https://', '"publicPath"'],
    ['publicPath', '/a/?b', '"publicPath"'],
    ['publicPath', 5, 'an absolute URL'],
    ['defaults', 'high', '"defaults"'],
  ])('refuses %s: %j', (name, value, message) => {
    expect(() => resolveWith({ [name]: value } as Options)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(message),
      }),
    );
  });
});

describe('mergeOptions', () => {
  it('lets the inline options win, defaults field by field', () => {
    const config: Options = {
      budget: 1,
      dir: 'a',
      defaults: { quality: 'low', output: { widths: [1], formats: ['webp'] } },
    };
    const inline: Options = { budget: 2, defaults: { model: 'a/b', output: { widths: [2] } } };
    expect(mergeOptions(config, inline)).toEqual({
      budget: 2,
      dir: 'a',
      defaults: { quality: 'low', model: 'a/b', output: { widths: [2], formats: ['webp'] } },
    });
    expect(mergeOptions({}, {})).toEqual({});
  });

  it('takes undefined for not given', () => {
    const config: Options = { budget: 0, onMissing: 'error', defaults: { quality: 'low' } };
    const inline = { budget: undefined, onMissing: undefined, defaults: { quality: undefined } };
    expect(mergeOptions(config, inline as Options)).toEqual(config);
  });
});
