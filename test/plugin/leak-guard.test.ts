import { describe, expect, test } from 'vitest';
import { assertNoLeak } from '../../src/plugin/leak-guard.ts';

const PROMPT =
  'Scene: A quiet street in the old town, "wet" with rain & light\nSubject: One red umbrella, seen from a window above';
const SECRET = { file: 'a.image.yaml', prompts: [PROMPT], alt: 'A street' };
const leaks =
  (text: string, secret = SECRET) =>
  () =>
    assertNoLeak([{ name: 'main.js', text }], [secret]);

describe('the guard finds a prompt', () => {
  test.each([
    ['as it is', PROMPT],
    ['folded in YAML', 'scene: >-\n  A quiet street in the old town,\n  "wet" with rain & light\n'],
    [
      'as JSON',
      JSON.stringify({
        prompt: { scene: 'A quiet street in the old town, "wet" with rain & light' },
      }),
    ],
    ['in HTML', '<p>A quiet street in the old town, &quot;wet&quot; with rain &amp; light</p>'],
    ['in a URL', encodeURIComponent('A quiet street in the old town, "wet" with rain & light')],
    ['in part', 'const x = "One red umbrella, seen from a window above"'],
    ['with escapes', '\'A quiet street in the old town, \\"wet\\" with rain \\u0026 light\''],
  ])('%s', (_how, text) => {
    expect(leaks(text)).toThrow(expect.objectContaining({ code: 'LEAK_RAW' }));
  });
});

describe('the guard finds what is written in other characters than ASCII', () => {
  const prompt = 'Ein gemütliches Café in Zürich bei Regen, drei 🎷 Gäste hören zu';
  const spell = (write: (code: number) => string, units = false): string =>
    (units ? prompt.split('') : [...prompt])
      .map((char) => (char.codePointAt(0)! > 127 ? write(char.codePointAt(0)!) : char))
      .join('');
  const hex = (code: number, width: number): string => code.toString(16).padStart(width, '0');

  test.each([
    ['as esbuild does', spell((c) => (c < 256 ? `\\x${hex(c, 2)}` : `\\u{${hex(c, 1)}}`))],
    ['in halves of pairs', spell((code) => `\\u${hex(code, 4)}`, true)],
    ['in capitals', spell((code) => `\\u{${hex(code, 1).toUpperCase()}}`)],
    ['as decimal entities', spell((code) => `&#${code};`)],
    ['as hexadecimal entities', spell((code) => `&#x${hex(code, 1)};`)],
  ])('%s', (_how, text) => {
    expect(leaks(`const told = "${text}";`, { ...SECRET, prompts: [prompt] })).toThrow(
      expect.objectContaining({ code: 'LEAK_RAW' }),
    );
  });
});

describe('the guard is content', () => {
  test('with other text, and with what the alt says itself', () => {
    expect(leaks('A quiet street')).not.toThrow();
    const alt = 'One red umbrella, seen from a window above';
    expect(leaks(alt, { ...SECRET, alt })).not.toThrow();
  });

  test('with prompts too short to tell from chance', () => {
    expect(leaks('A red kettle', { ...SECRET, prompts: ['A red kettle'] })).not.toThrow();
  });
});

describe('the guard looks at URLs', () => {
  const check = (name: string, text: string) => () => assertNoLeak([{ name, text }], []);
  const CACHED = '../v1/variants/ab/0123456789abcdef/hero-640.jpg?no-inline';

  test.each([
    ['a spec in a style sheet', 'a.css', 'a{b:url(./x.image.yaml)}', 'refers to ./x.image.yaml'],
    ['a file of the cache in a style sheet', 'a.css', `a{b:url(${CACHED})}`, 'of the cache'],
    ['a file of the cache in a page', 'a.html', `<img src="${CACHED}">`, 'of the cache'],
  ])('%s', (_what, name, text, message) => {
    expect(check(name, text)).toThrow(
      expect.objectContaining({ code: 'LEAK_RAW', message: expect.stringContaining(message) }),
    );
  });

  test('and lets prose be', () => {
    expect(check('a.css', 'a{content:"x.image.yaml"} /* url(x.image.yaml) */')).not.toThrow();
    expect(check('a.html', '<p>x.image.yaml</p>')).not.toThrow();
  });
});
