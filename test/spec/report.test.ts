import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../src/errors.ts';
import { codeFrame, formatDiagnostic } from '../../src/report.ts';

const TEXT = 'alt: x\npromt: A café\nquality: low\nmodel: a/b\n';

const diagnostic: Diagnostic = {
  code: 'SPEC_UNKNOWN_FIELD',
  severity: 'error',
  file: 'src/hero.image.yaml',
  line: 2,
  column: 1,
  message: 'There is no field "promt".',
  hint: 'Did you mean `prompt`?',
  frame: codeFrame(TEXT, 2, 1),
};

describe('codeFrame', () => {
  test('shows the lines around and marks the column', () => {
    expect(codeFrame(TEXT, 2, 8)).toBe(
      ['  1 | alt: x', '> 2 | promt: A café', '    |        ^', '  3 | quality: low'].join('\n'),
    );
  });

  test('at the ends of a file and of an empty one', () => {
    expect(codeFrame('', 1, 1)).toBe('> 1 |\n    | ^');
    expect(codeFrame('a', 1, 2)).toBe('> 1 | a\n    |  ^');
    expect(codeFrame('a\n', 2, 1)).toBe('  1 | a\n> 2 |\n    | ^');
  });

  test.each([1, 50, 61, 200, 4999])('cuts a long line around column %i', (column) => {
    const line = `${'x'.repeat(column - 1)}Y${'z'.repeat(5000)}`;
    const [shown, marker] = codeFrame(line, 1, column).split('\n');
    expect(shown![marker!.indexOf('^')]).toBe('Y');
    expect(shown!.length).toBeLessThan(100);
  });

  test('keeps the marker in place behind tabs and Windows line ends', () => {
    const [shown, marker] = codeFrame('\ta: \tb\r\nc', 1, 6).split('\n');
    expect(shown![marker!.indexOf('^')]).toBe('b');
  });

  test('leaves control characters and secrets out', () => {
    const frame = codeFrame('a: \u001b[31m\u202e\u0000\u009b\nopenai_api_key: sk-1234', 1, 1);
    expect(frame).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(frame).not.toContain('sk-1234');
  });
});

describe('formatDiagnostic', () => {
  test('plain', () => {
    expect(formatDiagnostic(diagnostic)).toBe(
      [
        'src/hero.image.yaml:2:1 error SPEC_UNKNOWN_FIELD',
        '  There is no field "promt".',
        '    1 | alt: x',
        '  > 2 | promt: A café',
        '      | ^',
        '    3 | quality: low',
        '  hint: Did you mean `prompt`?',
      ].join('\n'),
    );
  });

  test('in colour it says the same', () => {
    const coloured = formatDiagnostic(diagnostic, { color: true });
    expect(coloured).toContain('\u001b[31merror\u001b[0m');
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(formatDiagnostic(diagnostic));
  });

  test('hostile names and messages stay on their lines', () => {
    const { frame: _, ...bare } = diagnostic;
    const hostile = { ...bare, file: 'a\u001b[2J\nb', message: 'x\r\n\u0007y', hint: 'z\u009b1m' };
    const lines = formatDiagnostic(hostile).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });
});
