import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type DeclaredSpec, writeDeclaration } from '../../src/picture/declaration.ts';
import { createPicture } from '../../src/picture/picture.ts';
import { writeLiteral } from '../../src/picture/picture-type.ts';
import { INPUT } from './helpers.ts';

function declare(file: string, alt = 'a'): DeclaredSpec {
  return { file, pictures: [{ path: [], outcomes: [createPicture({ ...INPUT, alt })] }] };
}

/** The patterns of a declaration file, in order. */
function patternsOf(text: string): string[] {
  return [...text.matchAll(/^declare module '(.*)' \{$/gm)].map((match) => match[1]!);
}

/** What is declared under a pattern. */
function bodyOf(text: string, pattern: string): string {
  return text.split(`declare module '${pattern}' {\n`)[1]!.split('\n}\n')[0]!;
}

const GENERAL = [
  '*.image.yaml',
  '*.image.yml',
  '*.image.yaml?url',
  '*.image.yml?url',
  '*&image',
  '*&url',
];

describe('writeDeclaration', () => {
  it('declares without specs just what the client declares', () => {
    const client = readFileSync(new URL('../../client.d.ts', import.meta.url), 'utf8');
    const code = (text: string): string => text.replace(/^(?:\/\/.*|\/\*.*\*\/)?\n/gm, '');
    expect(code(writeDeclaration([]))).toBe(code(client));
    expect(patternsOf(client)).toEqual(GENERAL);
  });

  it('writes what the spec decides as literals and leaves the rest open', () => {
    const text = writeDeclaration([declare('src/hero.image.yaml', 'A quiet café')]);
    expect(bodyOf(text, '*/hero.image.yaml')).toBe(`  const picture: {
    src: string;
    width: 1024;
    height: 512;
    alt: 'A quiet café';
    srcset: string;
    sizes: 'auto, 100vw';
    sources: [
      { type: 'image/avif'; srcset: string; sizes: 'auto, 100vw'; media?: never; width?: never; height?: never },
      { type: 'image/webp'; srcset: string; sizes: 'auto, 100vw'; media?: never; width?: never; height?: never },
    ];
    placeholder: { color: string; dataUri: string; thumbhash?: never; paint?: never };
    loading: 'lazy';
    priority: false;
  };
  export default picture;`);
  });

  it('puts exact patterns before the general ones, and sorts', () => {
    const specs = [
      declare('src/b.image.yaml'),
      declare('a.image.yml'),
      declare('src/A.image.yaml'),
    ];
    const text = writeDeclaration(specs);
    expect(patternsOf(text)).toEqual([
      '*/a.image.yml',
      '*/A.image.yaml',
      '*/b.image.yaml',
      ...GENERAL,
    ]);
    expect(writeDeclaration(specs.toReversed())).toBe(text);
    expect(text).not.toContain('\r');
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('gives the union where an import cannot tell which spec of a name it means', () => {
    const text = writeDeclaration([
      declare('src/left/images/team.image.yaml', 'Left'),
      declare('src/right/images/team.image.yaml', 'Right'),
      declare('team.image.yaml', 'Top'),
      declare('../shared/team.image.yaml', 'Shared'),
    ]);
    expect(patternsOf(text)).toEqual([
      '*/shared/team.image.yaml',
      '*/left/images/team.image.yaml',
      '*/right/images/team.image.yaml',
      '*/images/team.image.yaml',
      '*/team.image.yaml',
      ...GENERAL,
    ]);
    const altsOf = (pattern: string): string[] =>
      [...bodyOf(text, pattern).matchAll(/alt: '(.*)';/g)].map((match) => match[1]!);
    expect(altsOf('*/left/images/team.image.yaml')).toEqual(['Left']);
    expect(altsOf('*/images/team.image.yaml')).toEqual(['Left', 'Right']);
    expect(altsOf('*/team.image.yaml')).toEqual(['Shared', 'Left', 'Right', 'Top']);
  });

  it('needs no longer patterns where pictures of one name are alike', () => {
    const text = writeDeclaration([declare('a/x.image.yaml'), declare('b/x.image.yaml')]);
    expect(patternsOf(text)).toEqual(['*/x.image.yaml', ...GENERAL]);
    expect(bodyOf(text, '*/x.image.yaml').match(/alt/g)).toHaveLength(1);
    const deep = ['a/b/x.image.yaml', 'c/b/x.image.yaml'].map((file) => declare(file, file));
    expect(patternsOf(writeDeclaration(deep))).toEqual([
      '*/a/b/x.image.yaml',
      '*/c/b/x.image.yaml',
      '*/x.image.yaml',
      ...GENERAL,
    ]);
  });

  it('leaves names with a star to the general pattern', () => {
    const text = writeDeclaration([declare('src/a*b.image.yaml'), declare("it's\n.image.yaml")]);
    expect(patternsOf(text)).toEqual(["*/it\\'s\\n.image.yaml", ...GENERAL]);
    expect(text).toContain("\n// it's\\n.image.yaml\ndeclare");
    expect(text).toMatch(/^\/\/ src\/a\*b\.image\.yaml: .*star/m);
    const folders = [declare('a*/x.image.yaml', '1'), declare('b/x.image.yaml', '2')];
    expect(patternsOf(writeDeclaration(folders)).slice(0, 2)).toEqual([
      '*/b/x.image.yaml',
      '*/x.image.yaml',
    ]);
  });

  it('joins what transparency changes', () => {
    const [opaque, clear] = [false, true].map((alpha) =>
      createPicture({
        ...INPUT,
        analysis: { ...INPUT.analysis, alpha },
        variants: INPUT.variants.slice(alpha ? 2 : 0),
        plan: { ...INPUT.plan, src: alpha ? 3 : 5 },
      }),
    );
    const text = writeDeclaration([
      { file: 'x.image.yaml', pictures: [{ path: [], outcomes: [opaque!, clear!] }] },
    ]);
    expect(text).toContain('paint?: false }');
    expect(text).toMatch(/sources: \[\n.*avif.*\n.*webp.*\n {4}\] \| \[\n.*webp.*\n {4}\];/);
  });
});

describe('writeLiteral', () => {
  it.each([
    'plain',
    '',
    'It\'s "quoted" `too` $x \\ \\\\" \\\'',
    'two\nlines\r\n\t\u0000\u0007\u0085\u2028\u2029',
    '*/ // </script> café 東京 👩‍🎨',
    '\u202eright to left\u2066\u200f\ufeff',
    '\ud800 alone',
  ])('%j is read back as it is', (text) => {
    const literal = writeLiteral(text);
    // biome-ignore lint/security/noGlobalEval: this is what a compiler does with it.
    expect(globalThis.eval(literal)).toBe(text);
    expect(literal).toMatch(/^'[^\p{Cc}\u2028\u2029\u202e]*'$/u);
  });
});
