// What is added to a configuration, what of it is a picture, and which commands may pay.
import { describe, expect, test } from 'vitest';
import type { Picture } from '../../src/picture/types.ts';
import { readCommand } from '../../src/sites/docusaurus/command.ts';
import { findConfigSlots } from '../../src/sites/docusaurus/config-slots.ts';
import { extendConfig } from '../../src/sites/docusaurus/extend-config.ts';
import { createFrontMatter } from '../../src/sites/docusaurus/front-matter.ts';
import type { DocusaurusConfig, ParseFrontMatter } from '../../src/sites/docusaurus/types.ts';

const PICTURE: Picture = {
  src: '/assets/image-prompt/a-800.jpg',
  width: 800,
  height: 400,
  alt: 'A spec',
  srcset: '/assets/image-prompt/a-800.jpg 800w',
  sizes: '100vw',
  sources: [],
  placeholder: { color: '#123456' },
  loading: 'lazy',
  priority: false,
};

const parse: ParseFrontMatter = async () => ({ frontMatter: {}, content: '' });
const extend = (config: DocusaurusConfig): DocusaurusConfig =>
  extendConfig(config, { plugin: 'ours', remark: 'remark', parseFrontMatter: parse });
const ADDED = { beforeDefaultRemarkPlugins: ['remark'] };

describe('a configuration', () => {
  test('gets the plugin for MDX wherever the classic preset reads Markdown', () => {
    expect(extend({ presets: ['classic'] }).presets).toEqual([
      ['classic', { docs: ADDED, blog: ADDED, pages: ADDED }],
    ]);
    const given = { docs: { path: 'x', beforeDefaultRemarkPlugins: ['first'] }, blog: false };
    expect(extend({ presets: [['@docusaurus/preset-classic', given]] }).presets).toEqual([
      [
        '@docusaurus/preset-classic',
        {
          docs: { path: 'x', beforeDefaultRemarkPlugins: ['first', 'remark'] },
          blog: false,
          pages: ADDED,
        },
      ],
    ]);
    // What the author holds in hand is not changed.
    expect(given.docs.beforeDefaultRemarkPlugins).toEqual(['first']);
  });

  test('gets it in presets of others for the parts that have options, and in plugins of content', () => {
    const { presets, plugins } = extend({
      presets: [['redocusaurus', { specs: [], docs: { a: 1 } }], null],
      plugins: [
        ['@docusaurus/plugin-content-docs', { id: 'api' }],
        'content-blog',
        ['@docusaurus/plugin-ideal-image', {}],
        false,
      ],
    });
    expect(presets).toEqual([['redocusaurus', { specs: [], docs: { a: 1, ...ADDED } }], null]);
    expect(plugins).toEqual([
      ['@docusaurus/plugin-content-docs', { id: 'api', ...ADDED }],
      ['content-blog', ADDED],
      ['@docusaurus/plugin-ideal-image', {}],
      false,
      'ours',
    ]);
  });

  test('keeps what it says of Markdown', () => {
    const { markdown } = extend({ markdown: { format: 'detect' } });
    expect(markdown).toEqual({ format: 'detect', parseFrontMatter: parse });
  });
});

describe('references of a configuration', () => {
  const fill = (config: DocusaurusConfig, baseUrl = '/docs/'): DocusaurusConfig => {
    const whole = { url: 'https://example.org', baseUrl, ...config };
    for (const slot of findConfigSlots(whole)) slot.fill(PICTURE);
    return whole;
  };

  test('become URLs as each place needs them', () => {
    const config = fill({
      favicon: './a.image.yaml',
      headTags: [
        { tagName: 'meta', attributes: { property: 'og:image', content: './a.image.yaml' } },
        { tagName: 'link', attributes: { rel: 'preload', href: './a.image.yaml' } },
      ],
      themeConfig: {
        image: './a.image.yaml',
        metadata: [{ name: 'twitter:image', content: './a.image.yaml' }],
        announcementBar: { content: 'See a.image.yaml' },
      },
      customFields: { cover: './a.image.yaml' },
    });
    const path = '/assets/image-prompt/a-800.jpg';
    expect(config).toMatchObject({
      favicon: path,
      headTags: [
        { attributes: { content: `https://example.org/docs${path}` } },
        { attributes: { href: `/docs${path}` } },
      ],
      themeConfig: {
        image: path,
        metadata: [{ content: `https://example.org/docs${path}` }],
        announcementBar: { content: 'See a.image.yaml' },
      },
      customFields: { cover: path },
    });
  });

  test('a logo gets size and alt, unless the author gave them', () => {
    const logos = (logo: object): unknown =>
      fill({ themeConfig: { navbar: { logo } } }).themeConfig!['navbar'];
    expect(logos({ src: 'a.image.yaml', srcDark: 'a.image.yaml' })).toEqual({
      logo: {
        src: PICTURE.src,
        srcDark: PICTURE.src,
        alt: 'A spec',
        width: 64,
        height: 32,
        style: { aspectRatio: '800 / 400', width: 'auto' },
      },
    });
    expect(logos({ src: 'a.image.yaml', alt: '', width: 10 })).toEqual({
      logo: { src: PICTURE.src, alt: '', width: 10 },
    });
    const { themeConfig } = fill({ themeConfig: { footer: { logo: { src: 'a.image.yaml' } } } });
    expect(themeConfig).toMatchObject({ footer: { logo: { width: 160, height: 80 } } });
  });

  test('a URL that only seems to have the base gets it', () => {
    const path = '/assets/image-prompt/a-800.jpg';
    expect(fill({ favicon: 'a.image.yaml' }, '/').favicon).toBe(path);
    expect(fill({ favicon: 'a.image.yaml' }, '/assets/').favicon).toBe(`/assets${path}`);
  });
});

describe('front matter', () => {
  test('is read by the parser of the configuration, and as it is before there is a site', async () => {
    const page = { filePath: '/a.md', fileContent: '', defaultParseFrontMatter: parse };
    const user: ParseFrontMatter = async () => ({
      frontMatter: { image: './a.image.yaml' },
      content: 'mine',
    });
    const { parse: read, follow } = createFrontMatter(user, () => null, expect.fail);
    expect(await read(page)).toEqual({
      frontMatter: { image: './a.image.yaml' },
      content: 'mine',
    });
    expect(follow('/a.md')).toEqual([]);
  });
});

test.each([
  [['build'], 'production', 'build'],
  [['build', '--dev'], 'development', 'build'],
  [['deploy'], 'production', 'build'],
  [['start', '--port=1'], 'development', 'serve'],
  [['serve'], 'production', 'serve'],
  [['serve', '--port=1', '--build'], 'production', 'build'],
  [['write-translations'], 'production', 'serve'],
  [['--locale=fr'], 'production', 'build'],
  [[], 'development', 'serve'],
  [[], undefined, 'serve'],
])('%j in %s is a %s', (words, mode, command) => {
  expect(readCommand(words, mode === undefined ? {} : { NODE_ENV: mode })).toBe(command);
});
