import { describe, expect, test } from 'vitest';
import { assertNoLeak } from '../../src/plugin/leak-guard.ts';

const PROMPT =
  'Scene: A quiet street in the old town, "wet" with rain & light\nSubject: One red umbrella, seen from a window above';
const SECRET = { file: 'a.image.yaml', prompt: PROMPT, alt: 'A street' };
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

describe('the guard is content', () => {
  test('with other text, and with what the alt says itself', () => {
    expect(leaks('A quiet street')).not.toThrow();
    const alt = 'One red umbrella, seen from a window above';
    expect(leaks(alt, { ...SECRET, alt })).not.toThrow();
  });

  test('with prompts too short to tell from chance', () => {
    expect(leaks('A red kettle', { ...SECRET, prompt: 'A red kettle' })).not.toThrow();
  });
});
