import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { chooseVariant } from '../../src/plugin/css/choose-variant.ts';
import { rewriteCss } from '../../src/plugin/css/rewrite-css.ts';
import { scanCss } from '../../src/plugin/css/scan-css.ts';
import { findMentions } from '../../src/plugin/explain-leak.ts';
import { findFileReference } from '../../src/plugin/js/find-file-reference.ts';
import type { VariantSpec } from '../../src/variant/types.ts';

function rewrite(css: string, plain = true): Promise<string | null> {
  return rewriteCss(css, {
    plain,
    urlOf: async ({ value, type, resolution }) =>
      `<${[value.trim(), type, resolution].filter((one) => one !== undefined).join('|')}>`,
    importOf: async ({ value }) => (value.includes('spec') ? 'copy.css' : null),
    rebase: () => null,
    refuse: async ({ value, start }) => new Error(`${start} ${value}`),
  });
}

describe('scanCss', () => {
  test.each([
    ['url(a.png)', [['url', 'a.png']]],
    ['URL( \n"a.png" )', [['url', 'a.png']]],
    ["u{b:url('a\\'b.png')}", [['url', "a'b.png"]]],
    ['url(a\\)b\\20 c.png)', [['url', 'a)b c.png']]],
    ['url(a;b{c.png)', [['url', 'a;b{c.png']]],
    ['url()', [['url', '']]],
    ['/* url(a.png) */ url(b.png) /* open', [['url', 'b.png']]],
    ['/* " */ url(a.png) /* " */', [['url', 'a.png']]],
    [
      'a{content:"url(a.png)"} url(b.png)',
      [
        ['text', 'url(a.png)'],
        ['url', 'b.png'],
      ],
    ],
    [
      'a{content:"open\n} b{c:url(b.png)}',
      [
        ['text', 'open'],
        ['url', 'b.png'],
      ],
    ],
    ['my-url(a.png) curl(b.png)', []],
    ['@import "a.css" layer(x) supports(display: grid) screen;', [['import', 'a.css']]],
    ['@IMPORT/**/url( a.css )print;', [['import', 'a.css']]],
    [
      '.a{composes: b c from "./d.css"} @value e from \'f.css\';',
      [
        ['from', './d.css'],
        ['from', 'f.css'],
      ],
    ],
    ['@keyframes x{from{a:url(b.png)}}', [['url', 'b.png']]],
    [
      'image-set("a.png" 1x, url(b.png) 2x)',
      [
        ['image', 'a.png'],
        ['url', 'b.png'],
      ],
    ],
    ['-webkit-image-set(url(a.png) 1x)', [['url', 'a.png']]],
    [
      'image-set(linear-gradient(red, "no") 1x, \'a.png\' type("image/png"))',
      [
        ['text', 'no'],
        ['image', 'a.png'],
      ],
    ],
    ['url(a.png', [['url', 'a.png']]],
    ['"open', [['text', 'open']]],
    ['\\', []],
  ])('%j', (css, expected) => {
    const found = scanCss(css, { lineComments: false });
    expect(found.map(({ kind, value }) => [kind, value])).toEqual(expected);
    for (const { start, end } of found) expect(css.slice(start, end)).toMatch(/^(?:url\(|["'])/i);
  });

  test('line comments are of preprocessors, and no part of URLs', () => {
    const css = "// url(a.png)\nb{c:url(http://d/e.png)} // '\nurl(f.png)";
    const values = (lineComments: boolean): string[] =>
      scanCss(css, { lineComments })
        .filter(({ kind }) => kind === 'url')
        .map(({ value }) => value);
    expect(values(true)).toEqual(['http://d/e.png', 'f.png']);
    expect(values(false)).toEqual(['a.png', 'http://d/e.png', 'f.png']);
  });

  test('type and resolution belong to their option', () => {
    const css =
      'image-set("a" type("IMAGE/avif") 1.5x, url(b) 192dpi type(\'image/webp\'), "c" 2dppx, "d")';
    expect(
      scanCss(css, { lineComments: false }).map(({ value, type, resolution }) => [
        value,
        type,
        resolution,
      ]),
    ).toEqual([
      ['a', 'image/avif', 1.5],
      ['b', 'image/webp', 2],
      ['c', undefined, 2],
      ['d', undefined, undefined],
    ]);
  });
});

describe('rewriteCss', () => {
  test.each([
    ['a{b:url(c.png)}', null],
    ['a{content:"x.image.yaml"} /* url(x.image.yaml) */', null],
    ['a{b:url(https://c.example/x.image.yaml)}', null],
    ['a{b:url( "x.image.yaml" ) c}', 'a{b:url(<x.image.yaml>) c}'],
    ['a{b:URL(x\\.image.yaml?w=1&h)}\r\n', 'a{b:url(<x.image.yaml?w=1&h>)}\r\n'],
    ['\ufeffa{b:url(ü.image.yml)}', '\ufeffa{b:url(<ü.image.yml>)}'],
    [
      'image-set("x.image.yaml" type("image/avif") 2x)',
      'image-set("<x.image.yaml|image/avif|2>" type("image/avif") 2x)',
    ],
    [
      '@import "spec.css" layer(a);@import url(spec.css) print;',
      '@import "copy.css" layer(a);@import url(copy.css) print;',
    ],
    ['@import "other.css";', null],
    ['@import url(https://a.example/spec.css);', null],
    ['.a{composes:b from "./spec.css"}', '.a{composes:b from "copy.css"}'],
  ])('%j', async (css, expected) => {
    expect(await rewrite(css)).toBe(expected);
  });

  test('what others must not read as the end is escaped', async () => {
    expect(await rewrite('a{b:url("x (1)\'.image.yaml")}')).toBe(
      'a{b:url(<x%20%281%29%27.image.yaml>)}',
    );
  });

  test.each([
    ['@import "x.image.yaml";', true, '8 x.image.yaml'],
    ['$a: "x.image.yaml";', false, '4 x.image.yaml'],
    ['a{b:url("#{$c}.image.yaml")}', false, '4 #{$c}.image.yaml'],
    ['a{b:url("@{c}/x.image.yaml")}', false, '4 @{c}/x.image.yaml'],
  ])('refuses %j', async (css, plain, message) => {
    await expect(rewrite(css, plain)).rejects.toThrow(message);
  });
});

describe('chooseVariant', () => {
  const file = (format: VariantSpec['format'], width: number): VariantSpec => ({
    format,
    width,
    height: width,
    options: {} as VariantSpec['options'],
  });
  const variants = [file('avif', 400), file('avif', 800), file('jpeg', 400), file('jpeg', 800)];
  const plan = { display: { width: 400, height: 400 }, src: 2 };

  test.each([
    [{}, 2],
    [{ type: 'image/avif' }, 0],
    [{ type: 'image/avif', resolution: 2 }, 1],
    [{ resolution: 1.5 }, 3],
    [{ resolution: 4 }, 3],
    [{ type: 'image/jpg' }, 2],
    [{ type: 'image/webp' }, null],
  ])('%j', (wanted, index) => {
    expect(chooseVariant({ plan, variants }, wanted)).toBe(index === null ? null : variants[index]);
  });
});

describe('findFileReference', () => {
  test.each([
    ["new URL('./a.image.yaml', import.meta.url)", 0],
    ['x = new  URL ( "./a.image.yaml?url" ,import.meta.url).href', 4],
    ["/* ' */ new URL(`./a.image.yaml`, import.meta.url)", 8],
    ["// new URL('./a.image.yaml', import.meta.url)", null],
    ["/* new URL('./a.image.yaml', import.meta.url) */", null],
    ['"new URL(\'./a.image.yaml\', import.meta.url)"', null],
    ["import a from './a.image.yaml'; new URL('./a.png', import.meta.url)", null],
    ["new URL('https://a.example/a.image.yaml', import.meta.url)", null],
    ["new URL('./a.image.yaml', location.href)", null],
  ])('%j', (code, offset) => {
    expect(findFileReference(code)?.offset ?? null).toBe(offset);
  });
});

test('findMentions follows the partials of preprocessors', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'image-prompt-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const main = write('main.scss', "@use 'part';\n@use './main.scss';\n");
  const part = write('_part.scss', '// url(a.image.yaml)\n\na { b: url("a.image.yaml") }\n');
  const script = write('main.ts', "import a from './a.image.yaml';\n");
  expect(await findMentions([main, script, join(folder, 'gone.css')])).toEqual([
    { file: part, line: 3, column: 8, value: 'a.image.yaml' },
  ]);
});
