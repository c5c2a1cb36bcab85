import { describe, expect, test } from 'vitest';
import { toValue } from '../../src/spec/nodes.ts';
import { decodeSource, parseSpec } from '../../src/spec/parse.ts';
import { createSource, positionAt } from '../../src/spec/source.ts';

const parse = (text: string) => {
  const { root, diagnostics } = parseSpec(createSource('/p/a.yaml', 'a.yaml', text));
  return {
    value: root === null ? null : toValue(root),
    codes: diagnostics.map(({ code }) => code),
  };
};

describe('values', () => {
  test.each([
    ['text: 2026-11-21', { text: '2026-11-21' }],
    ['a: 16:9', { a: '16:9' }],
    ['a: yes', { a: 'yes' }],
    ['%YAML 1.1\n---\na: yes\nb: 1_000\n', { a: 'yes', b: '1_000' }],
    ['a: 0x10\nb: 0o17\nc: 012\nd: 1e3', { a: 16, b: 15, c: 12, d: 1000 }],
    ['2: two\n"3": three', { '2': 'two', '3': 'three' }],
    ['a: &x [1, 2]\nb: *x', { a: [1, 2], b: [1, 2] }],
    ['a: &x 1\nb: &x 2\nc: *x', { a: 1, b: 2, c: 2 }],
    ['a: &x { b: &y 1, c: *y }\nd: &y 2\ne: *x', { a: { b: 1, c: 1 }, d: 2, e: { b: 1, c: 1 } }],
    ['a:\r\n  b: 1\r\nc: |\r\n  x\r\n  y\r\n', { a: { b: 1 }, c: 'x\ny\n' }],
    ['a:\nb: ~', { a: null, b: null }],
    ['toString: 1\nconstructor: 2', { toString: 1, constructor: 2 }],
    ['a: !!str 3', { a: '3' }],
  ])('%j', (text, value) => {
    expect(parse(text)).toEqual({ value, codes: [] });
  });

  test('a byte order mark is dropped and counts in no column', () => {
    const { source } = decodeSource('/p/a', 'a', new TextEncoder().encode('\ufeffa: b'));
    expect(source.text).toBe('a: b');
  });
});

test('positions count lines from 1 and columns in UTF-16 units', () => {
  const source = createSource('/p/a', 'a', 'ab\r\n😀c\n');
  const places = [0, 2, 4, 6, 8, 99].map((offset) => Object.values(positionAt(source, offset)));
  expect(places).toEqual([
    [1, 1],
    [1, 3],
    [2, 1],
    [2, 3],
    [3, 1],
    [3, 1],
  ]);
});

// Each fits into 256 KiB; none may crash the process, hang, or come out as a usable spec.
describe('hostile files end in a diagnostic within seconds', () => {
  const nested = (open: string, count: number): string => `a: ${open.repeat(count)}`;
  test.each([
    ['open lists', nested('[', 260_000), 'SPEC_TOO_COMPLEX'],
    ['closed lists', nested('[', 130_000) + ']'.repeat(130_000), 'SPEC_TOO_COMPLEX'],
    ['open maps', nested('{a: ', 60_000), 'SPEC_TOO_COMPLEX'],
    ['dashes', '- '.repeat(130_000), 'SPEC_TOO_COMPLEX'],
    ['question marks', '? '.repeat(130_000), 'SPEC_TOO_COMPLEX'],
    ['colons', ': '.repeat(130_000), 'SPEC_TOO_COMPLEX'],
    ['commas', `a: [${','.repeat(250_000)}]`, 'SPEC_YAML'],
    ['documents', 'a: 1\n---\n'.repeat(25_000), 'SPEC_YAML'],
    ['anchors', '&a '.repeat(80_000), 'SPEC_YAML'],
    ['unknown aliases', `a: [${'*b, '.repeat(60_000)}]`, 'SPEC_YAML'],
    ['aliases', `a: &a x\nb: [${'*a, '.repeat(60_000)}]`, 'SPEC_TOO_COMPLEX'],
    ['twice the same field', 'a: 1\n'.repeat(50_000), 'SPEC_DUPLICATE_KEY'],
    ['blanks', ' '.repeat(260_000), 'SPEC_NOT_A_MAP'],
    ['line feeds', '\n'.repeat(260_000), 'SPEC_NOT_A_MAP'],
    ['an open quote', `a: "${'\n'.repeat(250_000)}`, 'SPEC_YAML'],
    ['control characters', 'a: \u0000\u0001\u001b[31m: {', 'SPEC_YAML'],
  ])('%s', (_, text, code) => {
    const { value, codes } = parse(text);
    expect(value === null || codes.length > 0).toBe(true);
    expect(codes).toContain(code);
    expect(codes.length).toBeLessThanOrEqual(100);
  });

  test('what is nested 32 deep is fine, 33 is not', () => {
    const deep = (count: number): string => `{a: ${'['.repeat(count)}${']'.repeat(count)}}`;
    expect(parse(deep(31)).codes).toEqual([]);
    expect(parse(deep(32)).codes).toEqual(['SPEC_TOO_COMPLEX']);
  });
});

test('`__proto__` is refused and pollutes nothing', () => {
  const { value, codes } = parse('__proto__: { polluted: 1 }\na: { "__proto__": [1] }\nb: 1');
  expect(codes).toEqual(['SPEC_UNKNOWN_FIELD', 'SPEC_UNKNOWN_FIELD']);
  expect(value).toEqual({ a: {}, b: 1 });
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});
