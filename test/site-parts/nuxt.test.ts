import type { ViteDevServer } from 'vite';
import { describe, expect, test } from 'vitest';
import { connectContent } from '../../src/sites/nuxt/content.ts';
import {
  nameContentSpec,
  readContentNames,
  rewriteParsed,
} from '../../src/sites/nuxt/content-names.ts';
import { createNuxtModule } from '../../src/sites/nuxt/module.ts';
import { leaveOut } from '../../src/sites/nuxt/spare-prefetch.ts';
import { watchBelowContent } from '../../src/sites/nuxt/watch-content.ts';
import { createProject } from '../helpers/project.ts';

test('a spec has a name that no guard takes for a reference, and that keeps its query', () => {
  expect(nameContentSpec('/site/content/hero.image.yaml', '/site')).toBe(
    '/@image-prompt/content/hero.yaml',
  );
  expect(nameContentSpec('/site/content/a/hero.image.yml?locale=ja', '/site')).toBe(
    '/@image-prompt/content/a/hero.yml?locale=ja',
  );
});

test('references of a parsed file are renamed, texts about specs are not', () => {
  const body = {
    type: 'minimark',
    value: [
      ['p', {}, ['img', { src: './hero.image.yaml', alt: 'x' }], ' and ./hero.image.yaml'],
      ['img', { src: 'https://x.test/hero.image.yaml' }],
      ['figure', { src: './hero.image.yaml', href: './hero.image.yaml' }],
      ['pre', { code: './hero.image.yaml' }, ['code', {}, './hero.image.yaml']],
      ['ul', {}, ['li', {}, ['img', { src: '/leaf.image.yaml?w=64' }]]],
    ],
  };
  const parsed = {
    file: { id: 'content/index.md', path: '/site/content/index.md' },
    content: {
      id: 'content/index.md',
      title: './hero.image.yaml',
      image: './hero.image.yaml',
      meta: { cards: [{ cover: './hero.image.yaml' }] },
      body,
    },
  };
  rewriteParsed(parsed, (reference) => `name of ${reference}`);
  expect(parsed.content).toEqual({
    id: 'content/index.md',
    title: './hero.image.yaml',
    image: 'name of ./hero.image.yaml',
    meta: { cards: [{ cover: 'name of ./hero.image.yaml' }] },
    body: {
      type: 'minimark',
      value: [
        [
          'p',
          {},
          ['img', { src: 'name of ./hero.image.yaml', alt: 'x' }],
          ' and ./hero.image.yaml',
        ],
        ['img', { src: 'https://x.test/hero.image.yaml' }],
        ['figure', { src: 'name of ./hero.image.yaml', href: './hero.image.yaml' }],
        ['pre', { code: './hero.image.yaml' }, ['code', {}, './hero.image.yaml']],
        ['ul', {}, ['li', {}, ['img', { src: 'name of /leaf.image.yaml?w=64' }]]],
      ],
    },
  });
});

test('names are found in what is published, and lead back to their specs', () => {
  const ids = [
    '/site/content/hero.image.yaml',
    "/site/content/it's (1)/tea house.image.yml?locale=ja&w=64;128",
    '/shared/ünï#?.image.yaml',
  ];
  const [hero, odd, outside] = ids.map((id) => nameContentSpec(id, '/site'));
  const dump = `INSERT INTO _content VALUES ('${hero}', '{"value":[["img",{"src":"${odd}","alt":""}]]}');\nUPDATE x SET y = '${outside}' -- ./x.image.yaml`;
  expect([...readContentNames(dump, '/site')]).toEqual([
    [hero, ids[0]],
    [odd, ids[1]],
    [outside, ids[2]],
  ]);
});

test('pictures are not fetched ahead, what else there is stays', () => {
  const spec = '../content/bowl.image.yaml?image-prompt';
  const manifest = {
    'pages/index.vue': {
      file: 'index.js',
      prefetch: true,
      dynamicImports: [spec, 'about.vue', '_bowl.js'],
    },
    [spec]: { file: 'bowl.js', src: spec, prefetch: true },
    '_bowl.js': { file: 'bowl-2.js', src: spec, prefetch: true },
    'bowl-512.jpg': { file: 'bowl-512.abc.jpg', prefetch: true },
    'other.jpg': { file: 'other.abc.jpg', prefetch: true },
    'far.jpg': { file: 'media/far.jpg', prefetch: true },
  };
  leaveOut(manifest, new Set(['a/b/bowl-512.abc.jpg', 'media/far.jpg']), '/a/b/');
  expect(manifest['pages/index.vue'].dynamicImports).toEqual(['about.vue']);
  const ahead = Object.values(manifest).filter(({ prefetch }) => prefetch);
  expect(ahead.map(({ file }) => file)).toEqual([
    'index.js',
    'bowl.js',
    'bowl-2.js',
    'other.abc.jpg',
  ]);
});

test('a watcher that passes content over sees what may be part of a picture', () => {
  const config = { server: { watch: { ignored: [() => true, '**/.git/**'] as unknown } } };
  watchBelowContent(config);
  const [ignored, glob] = config.server.watch.ignored as [(path: string) => boolean, string];
  expect(ignored('/site/content/index.md')).toBe(true);
  expect(ignored('/site/content')).toBe(true);
  expect(ignored('/site/content/hero.image.yaml')).toBe(false);
  expect(ignored('/site/content/photo.jpg')).toBe(false);
  expect(glob).toBe('**/.git/**');
});

describe('the module', () => {
  const setUp = async (options: object): Promise<string[]> => {
    const { root } = createProject({ 'package.json': '{}' });
    const hooks: string[] = [];
    const nuxt = {
      options: {
        rootDir: root,
        dev: false,
        app: { buildAssetsDir: '/_nuxt/' },
        build: { transpile: [], templates: [] },
        ...options,
      },
      hook: (name: string) => hooks.push(name),
    };
    await createNuxtModule({ env: {}, now: Date.now, print: () => {} })({}, nuxt);
    return hooks;
  };

  test('stands before Nuxt Content, or says so', async () => {
    const [ours, content] = ['unplugin-image-prompt/nuxt', '@nuxt/content'];
    await expect(setUp({ modules: [content, [ours, {}]] })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining(`['${ours}', '${content}']`),
    });
    expect(await setUp({ modules: [ours, content] })).toContain('content:file:afterParse');
    expect(await setUp({ modules: [ours] })).toContain('vite:extendConfig');
  });

  test('writes types alone when Nuxt does', async () => {
    expect(await setUp({ _prepare: true })).toEqual(['prepare:types', 'imports:extend']);
  });

  test('does nothing when it is switched off', async () => {
    expect(await setUp({ imagePrompt: false })).toEqual([]);
  });
});

describe('the list of pictures in dev', () => {
  /** Nuxt with Nuxt Content, as far as the list is concerned: what is stored, and who is told. */
  const createSite = (stored: string, hasDump = true) => {
    const hooks = new Map<string, () => Promise<void>>();
    let dump = stored;
    let reloads = 0;
    const template = { filename: 'content/sql_dump.txt', getContents: () => dump };
    const nuxt = {
      options: {
        rootDir: '/site',
        dev: true,
        app: { buildAssetsDir: '/_nuxt/' },
        modules: ['unplugin-image-prompt/nuxt', ['@nuxt/content', {}]],
        build: { transpile: [], templates: hasDump ? [template] : [] },
      },
      hook: (name: string, run: () => Promise<void>) => void hooks.set(name, run),
    };
    const content = connectContent(nuxt, { root: '/site', proseImg: '/prose.js', warn: () => {} });
    const plugin = content.createPlugin() as unknown as {
      configureServer(server: ViteDevServer): void;
      watchChange(file: string, change: { event: string }): void;
      load: { handler(this: unknown, id: string): Promise<string> };
    };
    const moduleGraph = { getModuleById: () => null };
    const client = { moduleGraph, hot: { send: () => void reloads++ } };
    plugin.configureServer({ environments: { client } } as unknown as ViteDevServer);
    return {
      plugin,
      reloads: () => reloads,
      load: (name = 'client') =>
        plugin.load.handler.call(
          { environment: { name, config: { consumer: name === 'client' ? 'client' : 'server' } } },
          '\0virtual:image-prompt/pictures',
        ),
      put(text: string): void {
        dump = text;
      },
      async store(text: string): Promise<void> {
        this.put(text);
        await hooks.get('builder:generateApp')!();
      },
      close: async (): Promise<void> => await hooks.get('close')!(),
    };
  };

  test('pages are reloaded once for what is new, whether they load the list again or not', async () => {
    const site = createSite('/@image-prompt/hero.yaml');
    await site.store('/@image-prompt/hero.yaml /@image-prompt/early.yaml');
    // No page has loaded it.
    expect(site.reloads()).toBe(0);
    await site.load();
    expect(await site.load('ssr')).toContain('mayCome = false');
    await site.store('/@image-prompt/hero.yaml');
    expect(site.reloads()).toBe(0);
    await site.store('/@image-prompt/new.yaml');
    await site.store('/@image-prompt/new.yaml and words');
    expect(site.reloads()).toBe(1);
    expect(await site.load()).toContain('mayCome = true');
    await site.store('/@image-prompt/new.yaml and more words');
    expect(site.reloads()).toBe(1);
    // One environment that knows it is not enough: its page came between the file and the news of it.
    site.put('/@image-prompt/newer.yaml');
    await site.load('ssr');
    await site.store('/@image-prompt/newer.yaml');
    expect(site.reloads()).toBe(2);
    await site.close();
  });

  test('a spec that goes is told once, and nobody waits for other files', async () => {
    const site = createSite('/@image-prompt/hero.yaml?w=64');
    await site.load();
    site.plugin.watchChange('/site/other.image.yaml', { event: 'delete' });
    site.plugin.watchChange('/site/hero.image.yaml', { event: 'update' });
    expect(site.reloads()).toBe(0);
    site.plugin.watchChange('/site/hero.image.yaml', { event: 'delete' });
    site.plugin.watchChange('/site/hero.image.yaml', { event: 'delete' });
    expect(site.reloads()).toBe(1);
    await site.close();
  });

  test('words that only look like a name stop nothing', async () => {
    const site = createSite('/@image-prompt/50%off.yaml /@image-prompt/hero.yaml');
    const list = await site.load();
    expect(list).toContain('/@image-prompt/hero.yaml');
    expect(list).not.toContain('off');
    await site.close();
  });

  test('a Nuxt Content that tells nothing of what it has stored is refused', async () => {
    const site = createSite('', false);
    await expect(site.load()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: '@nuxt/content does not tell what it has stored.',
    });
  });
});
