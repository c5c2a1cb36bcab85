// The import law (house.md, section 2.3) as this code has it. A line that is added here is a decision.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

interface Import {
  /** As it is written. */
  specifier: string;
  /** Path within `src`, or null for a package. */
  target: string | null;
  /** Nothing of it is left at run time. */
  type: boolean;
  /** `import()`: loaded late. */
  late: boolean;
}

interface SourceFile {
  path: string;
  lines: number;
  /** The text without comments. */
  code: string;
  imports: Import[];
}

const FILES: readonly SourceFile[] = (readdirSync(SRC, { recursive: true }) as string[])
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'))
  .sort()
  .map(readSource);

function readSource(path: string): SourceFile {
  const text = readFileSync(join(SRC, path), 'utf8');
  // Block comments stand on lines of their own, line comments too: the formatter sees to it.
  const code = text.replace(/^\s*\/\*\*?[\s\S]*?\*\//gm, '').replace(/^\s*\/\/.*$/gm, '');
  const imports: Import[] = [];
  for (const [, words, specifier] of code.matchAll(
    /^(?:import|export)\s([^;]*?from\s)?'([^']+)';/gm,
  )) {
    const names = /\{([^}]*)\}/
      .exec(words ?? '')?.[1]
      ?.split(',')
      .map((name) => name.trim());
    const onlyTypes =
      /^type\s/.test(words ?? '') ||
      (/^\{/.test(words ?? '') && names?.filter(Boolean).every((name) => /^type\s/.test(name)));
    imports.push({ ...resolveFrom(path, specifier!), type: onlyTypes === true, late: false });
  }
  for (const [, specifier] of code.matchAll(/\bimport\(\s*'([^']+)'/g)) {
    imports.push({ ...resolveFrom(path, specifier!), type: false, late: true });
  }
  return { path, lines: text.split('\n').length - 1, code, imports };
}

function resolveFrom(path: string, specifier: string): Pick<Import, 'specifier' | 'target'> {
  const relative = specifier.startsWith('.');
  return { specifier, target: relative ? posix.join(posix.dirname(path), specifier) : null };
}

/** `store/fs.ts` is of the room `store`, `errors.ts` a room of its own. */
function roomOf(path: string): string {
  return path.split('/')[0]!;
}

/** Every edge between rooms, as `from → to`; a type-only one is marked. */
function edgesBetweenRooms(): Map<string, string[]> {
  const edges = new Map<string, string[]>();
  for (const { path, imports } of FILES) {
    for (const { target, type } of imports) {
      if (target === null || roomOf(target) === roomOf(path)) continue;
      const edge = `${roomOf(path)} → ${roomOf(target)}${type ? ' (types)' : ''}`;
      edges.set(edge, [...(edges.get(edge) ?? []), path]);
    }
  }
  return edges;
}

/** Files whose code has a match. */
function filesWith(pattern: RegExp): string[] {
  return FILES.filter(({ code }) => pattern.test(code)).map(({ path }) => path);
}

/** Files that import a package at run time, or for its types. */
function importersOf(name: string, kind: 'types' | 'code'): string[] {
  const matches = (one: Import): boolean =>
    (one.specifier === name || one.specifier.startsWith(`${name}/`)) &&
    one.type === (kind === 'types');
  return FILES.filter(({ imports }) => imports.some(matches)).map(({ path }) => path);
}

const DOORS = [
  'astro.ts',
  'docusaurus.ts',
  'eleventy.ts',
  'esbuild.ts',
  'farm.ts',
  'html.ts',
  'index.ts',
  'next.ts',
  'node.ts',
  'nuxt.ts',
  'react.ts',
  'remark-mdx.ts',
  'rolldown.ts',
  'rollup.ts',
  'rsbuild.ts',
  'rspack.ts',
  'solid.ts',
  'svelte.ts',
  'vite.ts',
  'vitepress.ts',
  'vue.ts',
  'webpack.ts',
];
const HOSTS = ['cli', 'plugin', 'sites', ...DOORS];
const ROOMS = [
  'components',
  'drawing',
  'fs',
  'journal',
  'lock',
  'picture',
  'provider',
  'recipe',
  'sheet',
  'spec',
  'store',
  'variant',
];
/** What is below every storey, or between engine and hosts. */
const SHARED = ['config', 'errors.ts', 'on-missing.ts', 'options.ts', 'report.ts', 'version.ts'];

/** What each room may use of another one. `(types)` vanishes at run time. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  spec: ['errors.ts', 'errors.ts (types)'],
  recipe: ['errors.ts', 'spec', 'spec (types)'],
  fs: [],
  drawing: [],
  journal: ['errors.ts', 'fs', 'provider (types)', 'recipe', 'recipe (types)'],
  lock: ['errors.ts'],
  store: ['errors.ts', 'fs', 'fs (types)', 'recipe', 'recipe (types)', 'spec (types)'],
  provider: [
    'drawing',
    'drawing (types)',
    'errors.ts',
    'errors.ts (types)',
    'recipe',
    'recipe (types)',
    'spec (types)',
  ],
  variant: ['errors.ts', 'fs', 'fs (types)', 'recipe', 'recipe (types)', 'spec (types)'],
  picture: ['variant (types)'],
  components: ['picture', 'picture (types)'],
  sheet: ['drawing', 'drawing (types)', 'picture', 'report.ts'],
  'errors.ts': [],
  'version.ts': [],
  'report.ts': ['errors.ts (types)', 'spec'],
  'on-missing.ts': ['errors.ts', 'options.ts (types)', 'provider (types)'],
  'options.ts': ['errors.ts', 'on-missing.ts', 'provider (types)', 'spec (types)'],
  config: ['errors.ts', 'options.ts', 'options.ts (types)'],
};

describe('storeys', () => {
  it('know every folder and file of src', () => {
    const known = [...ROOMS, ...SHARED, ...HOSTS, 'engine'];
    expect([...new Set(FILES.map(({ path }) => roomOf(path)))].sort()).toEqual(known.sort());
  });

  it('rooms use only what the table allows', () => {
    const broken = [...edgesBetweenRooms()].filter(([edge]) => {
      const [from, to] = edge.split(' → ') as [string, string];
      return ALLOWED[from] !== undefined && !ALLOWED[from].includes(to);
    });
    expect(broken).toEqual([]);
  });

  it('the table allows nothing that nobody uses', () => {
    const edges = new Set(edgesBetweenRooms().keys());
    const unused = Object.entries(ALLOWED)
      .flatMap(([from, list]) => list.map((to) => `${from} → ${to}`))
      .filter((edge) => !edges.has(edge));
    expect(unused).toEqual([]);
  });

  it('imports go down only: nobody below uses a host, no room the engine', () => {
    const up = [...edgesBetweenRooms()].filter(([edge]) => {
      const [from, to] = edge.replace(' (types)', '').split(' → ') as [string, string];
      // Sites are built of what bundlers get.
      if (from === 'sites') return to === 'cli';
      if (HOSTS.includes(from))
        return to === 'cli' || (['plugin', 'sites'].includes(to) && !DOORS.includes(from));
      return HOSTS.includes(to) || (to === 'engine' && from !== 'engine');
    });
    expect(up).toEqual([]);
  });
});

/** Files that touch the world behind an interface, and who may know them but their own room. */
const ADAPTERS: Readonly<Record<string, readonly string[]>> = {
  'store/fs.ts': ['engine/defaults.ts'],
  'journal/fs.ts': ['engine/defaults.ts'],
  'lock/generations.ts': ['engine/defaults.ts'],
  'lock/fs.ts': [],
  'spec/fs.ts': ['engine/defaults.ts'],
  'variant/encoder-process.ts': ['engine/defaults.ts'],
  'variant/sharp.ts': [],
  'variant/cache.ts': ['engine/defaults.ts'],
  'provider/fal.ts': ['engine/defaults.ts', 'index.ts'],
  'provider/sketch.ts': ['index.ts'],
  'sheet/sharp.ts': ['engine/defaults.ts'],
};

describe('adapters', () => {
  it.each(Object.entries(ADAPTERS))('%s is known to %j', (adapter, known) => {
    const importers = FILES.filter(
      ({ path, imports }) =>
        roomOf(path) !== roomOf(adapter) && imports.some(({ target }) => target === adapter),
    );
    expect(importers.map(({ path }) => path)).toEqual(known);
  });

  it('hosts see neither a provider nor a store', () => {
    const seen = FILES.filter(({ path }) => HOSTS.includes(roomOf(path)))
      .flatMap(({ path, imports }) => imports.map(({ target }) => ({ path, target })))
      .filter(({ target }) => /^(store|journal|lock|provider|recipe)\//.test(target ?? ''))
      .filter(({ path }) => path !== 'index.ts');
    expect(seen).toEqual([]);
  });
});

const FS = [
  'cli/init/look-around.ts',
  'cli/project.ts',
  'config/find-root.ts',
  'config/load-config.ts',
  'fs/file-identity.ts',
  'fs/may-write.ts',
  'fs/memo.ts',
  'fs/move-away.ts',
  'fs/publish.ts',
  'fs/read-regular-file.ts',
  'fs/rewrite-file.ts',
  'fs/sweep-temps.ts',
  'journal/fs.ts',
  'lock/fs.ts',
  'lock/proc.ts',
  'plugin/cache-identity.ts',
  'plugin/dev-follow.ts',
  'plugin/dev-records.ts',
  'plugin/dev.ts',
  'plugin/explain-leak.ts',
  'plugin/hosts/emit.ts',
  'plugin/hosts/esbuild-output.ts',
  'plugin/hosts/esbuild.ts',
  'plugin/hosts/vite-css-imports.ts',
  'plugin/hosts/vite-css.ts',
  'plugin/hosts/vite-host.ts',
  'plugin/hosts/webpack-references.ts',
  'plugin/hosts/webpack.ts',
  'plugin/named-files.ts',
  'plugin/picture-states.ts',
  'plugin/public-dir.ts',
  'plugin/references.ts',
  'plugin/spare-folder.ts',
  'plugin/watch-originals.ts',
  'sites/astro/image-module.ts',
  'sites/astro/pages.ts',
  'sites/locate-in-page.ts',
  'sites/materialise.ts',
  'sites/next/find-imports.ts',
  'sites/nuxt/content.ts',
  'sites/nuxt/read-dumps.ts',
  'sites/nuxt/wait-for-specs.ts',
  'sites/publish-site.ts',
  'sites/rewrite-page.ts',
  'spec/fs.ts',
  'store/fs.ts',
  'store/index-folder.ts',
  'store/safe-copies.ts',
  'store/state-dir.ts',
  'variant/cache-folder.ts',
  'variant/cache.ts',
  'variant/encoder-id.ts',
  'variant/sharp.ts',
  'version.ts',
];

describe('the world', () => {
  it.each<[string, readonly string[]]>([
    ['node:fs', FS],
    [
      'node:child_process',
      ['lock/ps.ts', 'sites/next/guard-output.ts', 'variant/encoder-process.ts'],
    ],
    ['node:http', []],
    ['node:https', []],
    ['@fal-ai/client', ['provider/fal-client.ts']],
    [
      'sharp',
      [
        'provider/decode.ts',
        'provider/inspect-input.ts',
        'provider/prepare-input.ts',
        'provider/sketch/backdrop.ts',
        'provider/sketch/draw.ts',
        'sheet/sharp.ts',
        'variant/sharp.ts',
      ],
    ],
    ['jiti', ['config/load-config.ts']],
    ['jsonc-parser', ['cli/init/editor-settings.ts']],
    ['parse5', ['plugin/html/read-page.ts', 'sites/read-xml.ts']],
    ['tinyglobby', ['sites/next/find-imports.ts', 'spec/fs.ts']],
    ['unplugin', ['plugin/factory.ts']],
    ['vite', []],
    ['rollup', []],
    ['webpack', []],
    ['rolldown', []],
    ['esbuild', []],
    ['@farmfe/core', []],
    ['@rspack/core', []],
    ['@rsbuild/core', []],
    ['react', ['components/react.ts']],
    ['solid-js', ['components/solid.ts']],
    ['svelte', ['sites/svelte/preprocess.ts']],
    ['vue', ['components/vue.ts', 'sites/nuxt/prose-img.ts', 'sites/nuxt/virtual.d.ts']],
  ])('%s is used by the files of its list', (name, files) => {
    expect(importersOf(name, 'code')).toEqual(files);
  });

  it.each<[string, readonly string[]]>([
    [
      'vite',
      [
        'plugin/dev-follow.ts',
        'plugin/dev-keys.ts',
        'plugin/hosts/vite-build.ts',
        'plugin/hosts/vite-host.ts',
        'plugin/hosts/vite-html.ts',
        'plugin/hosts/vite-vue.ts',
        'plugin/hosts/vite.ts',
        'plugin/native.ts',
        'sites/astro/image-plugin.ts',
        'sites/astro/integration.ts',
        'sites/dev-pages.ts',
        'sites/nuxt/content-plugin.ts',
        'sites/nuxt/content.ts',
        'sites/nuxt/module.ts',
        'sites/nuxt/spare-prefetch.ts',
        'sites/vitepress/with-image-prompt.ts',
        'vite.ts',
      ],
    ],
    [
      'rollup',
      ['plugin/hosts/file-url.ts', 'plugin/hosts/rollup.ts', 'plugin/native.ts', 'rollup.ts'],
    ],
    ['rolldown', ['rolldown.ts']],
    [
      'esbuild',
      [
        'esbuild.ts',
        'plugin/hosts/esbuild-messages.ts',
        'plugin/hosts/esbuild-output.ts',
        'plugin/hosts/esbuild-run.ts',
        'plugin/hosts/esbuild-url.ts',
        'plugin/hosts/esbuild.ts',
        'plugin/native.ts',
      ],
    ],
    ['@farmfe/core', ['farm.ts', 'plugin/hosts/farm.ts']],
    [
      'webpack',
      [
        'plugin/hosts/webpack-cache.ts',
        'plugin/hosts/webpack-check.ts',
        'plugin/hosts/webpack-css-loader.ts',
        'plugin/hosts/webpack-dev.ts',
        'plugin/hosts/webpack-load.ts',
        'plugin/hosts/webpack-references.ts',
        'plugin/hosts/webpack-rules.ts',
        'plugin/hosts/webpack-serving.ts',
        'plugin/hosts/webpack-types.ts',
        'plugin/hosts/webpack.ts',
        'sites/docusaurus/docusaurus-loader.ts',
        'sites/docusaurus/site-plugin.ts',
        'webpack.ts',
      ],
    ],
    ['@rspack/core', ['plugin/hosts/webpack-types.ts', 'rspack.ts']],
    ['@rsbuild/core', ['plugin/hosts/rsbuild.ts', 'rsbuild.ts']],
  ])('the types of %s are used by the files of their list', (name, files) => {
    expect(importersOf(name, 'types')).toEqual(files);
  });

  it.each<[string, RegExp, readonly string[]]>([
    [
      'process.env',
      /\bprocess\.env\b/,
      [
        'astro.ts',
        'cli/main.ts',
        'docusaurus.ts',
        'eleventy.ts',
        'lock/ps.ts',
        'next.ts',
        'node.ts',
        'nuxt.ts',
        'plugin/factory.ts',
        'plugin/hosts/webpack.ts',
        'plugin/native.ts',
        'provider/fal.ts',
        'sites/next/next-loader.ts',
        'vitepress.ts',
      ],
    ],
    [
      'process.cwd',
      /\bprocess\.cwd\b/,
      ['cli/main.ts', 'eleventy.ts', 'next.ts', 'node.ts', 'plugin/session.ts'],
    ],
    ['process.exit', /\bprocess\.exit\b/, ['cli/interrupt.ts', 'variant/encoder-child.ts']],
    ['process.std*', /\bprocess\.std(in|out|err)\b/, ['sites/next/check-output.ts']],
    ['console', /\bconsole\./, ['plugin/hosts/print.ts']],
    [
      'the clock',
      /\bDate\.now\b|\bnew Date\(\)/,
      [
        'config/load-config.ts',
        'engine/defaults.ts',
        'fs/file-identity.ts',
        'lock/fs.ts',
        'lock/generations.ts',
        'plugin/dev-records.ts',
        'provider/retry.ts',
        'store/fs.ts',
      ],
    ],
    [
      'dice',
      /\bMath\.random\b/,
      ['engine/defaults.ts', 'lock/generations.ts', 'provider/retry.ts'],
    ],
    [
      'fetch',
      /(?<![.\w])fetch\(/,
      ['provider/download.ts', 'provider/exchange.ts', 'provider/fetch-input.ts'],
    ],
    ['eval', /\beval\(|new Function\(/, []],
    ['.buffer of a Node Buffer', /\b(bytes|buffer)\.buffer\b/i, []],
  ])('%s is used by the files of its list', (_what, pattern, files) => {
    expect(filesWith(pattern)).toEqual(files);
  });

  it('loads the heavy libraries late: a plan and a hit need none of them', () => {
    for (const name of ['sharp', '@fal-ai/client', 'jiti', 'jsonc-parser', 'parse5', 'thumbhash']) {
      const early = FILES.flatMap(({ path, imports }) =>
        imports
          .filter(({ specifier, type, late }) => specifier === name && !type && !late)
          .map(() => path),
      );
      expect([name, early]).toEqual([name, []]);
    }
  });
});

describe('what browsers load', () => {
  it.each(['html.ts', 'react.ts', 'solid.ts', 'vue.ts'])('%s needs nothing of Node', (door) => {
    const byPath = new Map(FILES.map((file) => [file.path, file]));
    const reached = new Set([door]);
    for (const path of reached) {
      for (const { target, type } of byPath.get(path)!.imports) {
        if (target !== null && !type) reached.add(target);
      }
    }
    const specifiers = [...reached].flatMap((path) => byPath.get(path)!.imports);
    const packages = specifiers.filter(({ target, type }) => target === null && !type);
    const others = packages.filter(
      ({ specifier }) => !/^(?:vue|react|solid-js)(?:\/|$)/.test(specifier),
    );
    expect(others).toEqual([]);
  });
});

describe('files', () => {
  it('import each other by their names, with the extension', () => {
    const wrong = FILES.flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier }) => specifier.startsWith('.') && !/\.ts$/.test(specifier))
        .map(({ specifier }) => `${path}: ${specifier}`),
    );
    expect(wrong).toEqual([]);
    const paths = new Set(FILES.map(({ path }) => path));
    const dangling = FILES.flatMap(({ imports }) => imports)
      .map(({ target }) => target)
      .filter((target) => target !== null && !paths.has(target));
    expect(dangling).toEqual([]);
  });

  it('are no barrels: only doors, and two that say why, export what others made', () => {
    const passing = filesWith(/^export\s(?:type\s)?(?:\*|\{[^}]*\})\s*(?:as\s\w+\s)?from\s/m);
    expect(passing.filter((path) => !DOORS.includes(path))).toEqual([
      'provider/fal.ts',
      'report.ts',
    ]);
    expect(filesWith(/^export \*/m)).toEqual([]);
    expect(FILES.filter(({ path }) => /\/index\.ts$/.test(path))).toEqual([]);
  });

  it('have no circles', () => {
    const next = new Map(
      FILES.map(({ path, imports }) => [
        path,
        imports.filter(({ type, late }) => !type && !late).map(({ target }) => target ?? ''),
      ]),
    );
    const done = new Set<string>();
    const circles: string[] = [];
    const walk = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path))
        circles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      if (done.has(path) || trail.includes(path)) return;
      for (const target of next.get(path) ?? []) walk(target, [...trail, path]);
      done.add(path);
    };
    for (const { path } of FILES) walk(path, []);
    expect(circles).toEqual([]);
  });

  it('are small, and near', () => {
    const lines = FILES.map((file) => file.lines).sort((a, b) => a - b);
    const at = (share: number): number => lines[Math.floor(lines.length * share)]!;
    expect(FILES.filter((file) => file.lines > 300).map(({ path }) => path)).toEqual([]);
    expect(at(0.5)).toBeLessThanOrEqual(80);
    expect(at(0.9)).toBeLessThanOrEqual(200);
    expect(FILES.filter(({ path }) => path.split('/').length > 3)).toEqual([]);
  });

  it('have names in kebab-case', () => {
    const odd = FILES.filter(({ path }) => !/^(?:[a-z0-9-]+\/)*[a-z0-9-]+(?:\.d)?\.ts$/.test(path));
    expect(odd).toEqual([]);
  });

  it('doors hold no logic', () => {
    const long = FILES.filter(({ path, lines }) => DOORS.includes(path) && lines > 60);
    expect(long.map(({ path }) => dirname(path))).toEqual([]);
  });
});
