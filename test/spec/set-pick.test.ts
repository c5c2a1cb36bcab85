import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { setPick } from '../../src/spec/set-pick.ts';

/** What a text becomes when candidate 2 is picked. */
const CASES: [name: string, before: string, after: string][] = [
  ['a value', 'pick: 1 # warm\nalt: b\n', 'pick: 2 # warm\nalt: b\n'],
  ['a digest', 'alt: b\npick: "abcdef12"\n', 'alt: b\npick: 2\n'],
  ['a quoted name', 'alt: b\n"pick": 1\n', 'alt: b\n"pick": 2\n'],
  ['a value on its own line', 'pick:\n  1\nalt: b\n', 'pick:\n  2\nalt: b\n'],
  ['a block of text', 'pick: |-\n  abcdef\nalt: b\n', 'pick: 2\nalt: b\n'],
  ['an anchor', 'pick: &n 1\nalt: b\n', 'pick: &n 2\nalt: b\n'],
  ['an alias', 'vars: { x: &n "1" }\npick: *n\n', 'vars: { x: &n "1" }\npick: 2\n'],
  ['no value', 'pick:\nalt: b\n', 'pick: 2\nalt: b\n'],
  ['no value and a comment', 'pick: # choose\nalt: b\n', 'pick: 2 # choose\nalt: b\n'],
  ['no value at the end', 'alt: b\npick:', 'alt: b\npick: 2'],
  ['no pick', 'alt: b\n', 'alt: b\npick: 2\n'],
  ['no newline at the end', 'alt: b', 'alt: b\npick: 2\n'],
  ['a comment at the end', 'alt: b\n# the end', 'alt: b\n# the end\npick: 2\n'],
  ['a text at the end', 'prompt: |+\n  A\n\n', 'prompt: |+\n  A\n\npick: 2\n'],
  ['a folded text at the end', 'prompt: >-\n  A', 'prompt: >-\n  A\npick: 2\n'],
  ['CRLF', 'alt: b\r\nquality: low\r\n', 'alt: b\r\nquality: low\r\npick: 2\r\n'],
  ['a byte order mark', '\ufeffalt: b\n', '\ufeffalt: b\npick: 2\n'],
  ['indented fields', '  prompt: a\n  alt: b\n', '  prompt: a\n  alt: b\n  pick: 2\n'],
  ['a marked start', '---\nalt: b\n', '---\nalt: b\npick: 2\n'],
  ['a marked end', '# c\nalt: b\n...\n', '# c\npick: 2\nalt: b\n...\n'],
  ['a flow map', '{ alt: b }\n', '{ pick: 2, alt: b }\n'],
  ['a flow map with pick', '{alt: b, pick: 1}', '{alt: b, pick: 2}'],
  ['a flow map without a value', '{pick: , alt: b}', '{pick: 2, alt: b}'],
  [
    'a flow map of lines',
    '{\n  prompt: a,\n  alt: b # last\n}\n',
    '{\n  pick: 2,\n  prompt: a,\n  alt: b # last\n}\n',
  ],
];

describe('setPick', () => {
  it.each(CASES)('writes into a spec with %s', (_name, before, after) => {
    expect(setPick(before, 2)).toBe(after);
    const { pick, ...rest } = parse(after) as Record<string, unknown>;
    const { pick: _, ...others } = parse(before) as Record<string, unknown>;
    expect([pick, rest]).toEqual([2, others]);
  });

  it('quotes digests, which may look like numbers', () => {
    expect(parse(setPick('alt: b\n', '123456'))).toEqual({ alt: 'b', pick: '123456' });
    expect(parse(setPick('pick: 1\n', '12e456'))).toEqual({ pick: '12e456' });
  });

  it.each(['- a list\n', 'just text\n', '? pick\n'])('refuses what it cannot write: %j', (text) => {
    expect(() => setPick(text, 2)).toThrow(expect.objectContaining({ code: 'SPEC_PICK' }));
  });
});

describe('setPick of one picture of a matrix', () => {
  it.each([
    ['no pick', 'alt: b\n', 'alt: b\npick: { "en.light": 2 }\n'],
    ['no value', 'pick:\nalt: b\n', 'pick: { "en.light": 2 }\nalt: b\n'],
    [
      'a line of its own',
      'pick:\n  en.light: 1 # warm\n  ja.light: 3\nalt: b\n',
      'pick:\n  en.light: 2 # warm\n  ja.light: 3\nalt: b\n',
    ],
    [
      'lines of others',
      'pick:\n  # the others\n  ja.light: 3\nalt: b\n',
      'pick:\n  # the others\n  "en.light": 2\n  ja.light: 3\nalt: b\n',
    ],
    [
      'a flow map',
      'pick: { ja.light: 3 }\nalt: b\n',
      'pick: { "en.light": 2, ja.light: 3 }\nalt: b\n',
    ],
    ['an empty flow map', 'pick: {}\nalt: b\n', 'pick: { "en.light": 2 }\nalt: b\n'],
    ['CRLF', 'pick:\r\n  ja.light: 3\r\n', 'pick:\r\n  "en.light": 2\r\n  ja.light: 3\r\n'],
  ])('%s', (_name, before, after) => {
    expect(setPick(before, 2, 'en.light')).toBe(after);
  });

  it('leaves one pick for all alone, and says what to write', () => {
    expect(() => setPick('pick: 3\nalt: b\n', 2, 'en.light')).toThrow(
      expect.objectContaining({
        code: 'SPEC_PICK',
        hint: 'Write `"en.light": 2` under `pick:` by hand.',
      }),
    );
  });
});
