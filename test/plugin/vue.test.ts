// Templates through Vue's own compiler, for the browser and for servers, and rendered by Vue.
import { describe, expect, test } from 'vitest';
import * as vue from 'vue';
import { compileTemplate } from 'vue/compiler-sfc';
import * as serverRenderer from 'vue/server-renderer';
import type { Picture } from '../../src/picture/types.ts';
import { parseId, SPEC_ID } from '../../src/plugin/ids.ts';
import { imagePromptNodeTransform } from '../../src/plugin/vue/node-transform.ts';

const HERO: Picture = {
  src: '/h-800.jpg',
  width: 800,
  height: 400,
  alt: 'A "hero" & more',
  srcset: '/h-400.jpg 400w, /h-800.jpg 800w',
  sizes: 'auto, 100vw',
  sources: [
    { type: 'image/avif', srcset: '/h.avif 800w', sizes: 'auto, 100vw' },
    { type: 'image/webp', srcset: '/h.webp 800w', sizes: 'auto, 100vw' },
  ],
  placeholder: { color: '#123456', dataUri: 'data:image/webp;base64,AA+/==' },
  loading: 'lazy',
  priority: false,
};

interface Compiled {
  html: string;
  imports: string[];
  code: string;
}

/** Compiles and renders a template as a bundler would; every spec is {@link HERO} but for its own `src`. */
async function render(
  template: string,
  { filename = 'App.vue', hero = HERO, data = {} as Record<string, unknown>, ssr = true } = {},
): Promise<Compiled> {
  const { code, errors } = compileTemplate({
    source: template,
    filename,
    id: 'x',
    ssr,
    ssrCssVars: [],
    compilerOptions: { nodeTransforms: [imagePromptNodeTransform() as never] },
  });
  expect(errors).toEqual([]);
  const imports = [...code.matchAll(/^import (_imagePrompt_\d+) from '([^']+)'/gm)].map(
    (one) => one[2]!,
  );
  const body = code
    .replace(/^import (\w+) from '([^']+)'.*$/gm, 'const $1 = specs("$2");')
    .replace(/^import \{([^}]*)\} from "(vue[^"]*)".*$/gm, (_, names: string, from: string) => {
      const space = from === 'vue' ? 'vue' : 'serverRenderer';
      return `const {${names.replaceAll(' as ', ': ')}} = ${space};`;
    })
    .replace(/^export function/m, 'return function');
  const specs = (path: string): Picture => ({ ...hero, src: `${path.replace(/\?.*/, '')}.jpg` });
  const renderer = new Function('vue', 'serverRenderer', 'specs', body)(vue, serverRenderer, specs);
  const component = ssr ? { ssrRender: renderer } : { render: renderer };
  const app = vue.createSSRApp({ data: () => data, ...component });
  return { html: await serverRenderer.renderToString(app), imports, code };
}

describe.each([
  ['for servers', true],
  ['for browsers', false],
] as const)('a template compiled %s', (_where, ssr) => {
  test('shows the whole picture', async () => {
    const { html, imports } = await render('<p><img src="./hero.image.yaml"></p>', { ssr });
    expect(imports).toEqual(['./hero.image.yaml?single-picture']);
    expect(html.replace(/<!--[[\]]-->/g, '')).toBe(
      '<p><picture>' +
        '<source type="image/avif" srcset="/h.avif 800w" sizes="auto, 100vw">' +
        '<source type="image/webp" srcset="/h.webp 800w" sizes="auto, 100vw">' +
        '<img loading="lazy" decoding="async" sizes="auto, 100vw" srcset="/h-400.jpg 400w, /h-800.jpg 800w" src="./hero.image.yaml.jpg" width="800" height="400" alt="A &quot;hero&quot; &amp; more" style="background-color:#123456;background-image:url(data:image/webp;base64,AA+/==);background-position:center;background-repeat:no-repeat;background-size:cover;">' +
        '</picture></p>',
    );
  });

  test('lets the author have the last word, and merges classes and styles', async () => {
    const { html } = await render(
      '<img src="./a.image.yaml" alt="" class="x" :class="y" style="color: red" width="100" sizes="50vw" loading="eager" data-z @click="y">',
      { ssr, data: { y: 'why' } },
    );
    expect(html).toMatch(/ alt(?:="")? /);
    expect(html).toContain('class="x why"');
    expect(html).toMatch(/background-color:#123456;.*color:red/);
    expect(html).toContain('width="100" height="50"');
    expect(html.match(/sizes="50vw"/g)).toHaveLength(3);
    expect(html).toContain('loading="eager"');
    expect(html).toContain('data-z');
  });

  test('keeps conditions and loops around the whole picture', async () => {
    const template = `<img v-if="no" src="./a.image.yaml"><img v-else v-for="n in 2" :key="n" src="./b.image.yaml" :id="'i' + n">`;
    const { html } = await render(template, { ssr, data: { no: false } });
    expect(html).not.toContain('a.image.yaml');
    expect(html.match(/<picture>/g)).toHaveLength(2);
    expect(html).toContain('id="i2"');
  });

  test('never puts a picture into a picture, and rewrites sources of art direction', async () => {
    const { html } = await render(
      '<picture><source media="(max-width: 600px)" srcset="./tall.image.yaml"><img src="./wide.image.yaml"></picture>',
      { ssr },
    );
    expect(html.match(/<picture>/g)).toHaveLength(1);
    expect(html.match(/<source[^>]*media="\(max-width: 600px\)"/g)).toHaveLength(3);
    expect(html.match(/<source/g)).toHaveLength(5);
  });

  test('imports each spec once, with its query, whatever its path needs', async () => {
    const { imports, html } = await render(
      '<img src="b.image.yaml"><img src="/c%20d.image.yml?w=200"><video poster="./b.image.yaml" /><img src="b.image.yaml">',
      { ssr },
    );
    expect(imports).toEqual([
      './b.image.yaml?single-picture',
      '/c d.image.yml?w=200&single-picture',
    ]);
    expect(html).toContain('poster="./b.image.yaml.jpg"');
  });

  test('a quote in a path ends no import', async () => {
    const { code } = compileTemplate({
      source: `<img src="./it's.image.yaml">`,
      filename: 'App.vue',
      id: 'x',
      compilerOptions: { nodeTransforms: [imagePromptNodeTransform() as never] },
    });
    expect(code).toContain("from './it\\'s.image.yaml?single-picture'");
  });

  test('leaves all else alone', async () => {
    const template =
      '<img src="https://example.org/a.image.yaml"><img :src="b"><p title="./a.image.yaml">./a.image.yaml</p><constructor />';
    const { imports, html } = await render(template, { ssr, data: { b: 'b.png' } });
    expect(imports).toEqual([]);
    expect(html).not.toContain('<picture>');
  });

  test('paints nothing behind transparency, and hurries where the spec says so', async () => {
    const hero: Picture = {
      ...HERO,
      placeholder: { color: '#123456', paint: false },
      priority: true,
    };
    const { html } = await render('<img src="./a.image.yaml">', { ssr, hero });
    expect(html).not.toContain('background');
    expect(html).toContain('loading="eager"');
    expect(html).toContain('fetchpriority="high"');
  });
});

test('an empty alt of Markdown says nothing; in a component it is decoration', async () => {
  const template = '<p><img src="./a.image.yaml" alt=""></p>';
  expect((await render(template, { filename: 'page.md' })).html).toContain(
    'alt="A &quot;hero&quot;',
  );
  expect((await render(template)).html).toMatch(/ alt(?:="")? /);
});

test('knows a spec by the same rule as the bundlers', async () => {
  for (const path of [
    './a.image.yaml',
    './a.IMAGE.YML?w=2',
    './a.image.yaml.txt',
    './a.yaml',
    './a.image.yamlx',
  ]) {
    const { imports } = await render(`<img src="${path}">`);
    expect([path, imports.length > 0]).toEqual([path, SPEC_ID.test(path)]);
    expect(parseId(path) !== null).toBe(imports.length > 0);
  }
});
