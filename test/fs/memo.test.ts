import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openMemo } from '../../src/fs/memo.ts';
import { makeTempDir } from '../variant/helpers.ts';

const root = makeTempDir();
let count = 0;
const nextDir = (): string => join(root, String(count++));
const logOf = (dir: string): string => join(dir, 'v3', 'memo.log');
/** What was remembered is written at the end of the turn. */
const written = (): Promise<void> => sleep(5);

describe('a memo', () => {
  it('gives back what was set, also to a later process, the last value of each key', async () => {
    const dir = nextDir();
    const memo = openMemo(dir);
    expect(memo.get('kind', 'a')).toBe(undefined);
    memo.set('kind', 'a', { text: 'one\ttwo\nthree' });
    memo.set('kind', 'b', 1);
    await written();
    memo.set('kind', 'b', 2);
    memo.set('other', 'b', null);
    await written();
    for (const one of [memo, openMemo(dir)]) {
      expect(one.get('kind', 'a')).toEqual({ text: 'one\ttwo\nthree' });
      expect(one.get('kind', 'b')).toBe(2);
      expect(one.get('other', 'b')).toBe(null);
      expect(one.get('other', 'a')).toBe(undefined);
    }
  });

  it('keeps any text, in keys too, in plain ASCII', async () => {
    const dir = nextDir();
    const texts = ['長雨 “é” 🍵', 'a\ttab\nand a line', 'a "quote" and a \\'];
    for (const text of texts) openMemo(dir).set('kind', text, { text });
    await written();
    for (const text of texts) expect(openMemo(dir).get('kind', text)).toEqual({ text });
    expect(readFileSync(logOf(dir), 'latin1')).not.toMatch(/[^\t\n\x20-\x7e]/);
  });

  it('writes nothing for what it knows', async () => {
    const dir = nextDir();
    openMemo(dir).set('kind', 'a', [1]);
    await written();
    const before = readFileSync(logOf(dir), 'utf8');
    openMemo(dir).set('kind', 'a', [1]);
    await written();
    expect(readFileSync(logOf(dir), 'utf8')).toBe(before);
  });

  it.each<[string, (text: string) => string]>([
    ['a changed character', (text) => text.replace('first', 'fixst')],
    ['a line cut short', (text) => text.slice(0, text.indexOf('first') + 3)],
    ['a line glued to another', (text) => text.replace('\n', '')],
    ['something else altogether', () => '\u0000\u0000{"a":1}\n\n\t\t\t'],
    ['nothing', () => ''],
  ])('never believes %s, and goes on', async (_name, damage) => {
    const dir = nextDir();
    openMemo(dir).set('kind', 'a', 'first');
    await written();
    writeFileSync(logOf(dir), damage(readFileSync(logOf(dir), 'utf8')));
    const memo = openMemo(dir);
    expect([undefined, 'first']).toContain(memo.get('kind', 'a'));
    memo.set('kind', 'b', 'second');
    await written();
    expect(openMemo(dir).get('kind', 'b')).toBe('second');
  });

  it('loses nothing to others who write at the same time', async () => {
    const dir = nextDir();
    const memos = Array.from({ length: 8 }, () => openMemo(dir));
    for (const [index, memo] of memos.entries()) {
      for (let n = 0; n < 50; n++) memo.set('kind', `${index}/${n}`, 'x'.repeat(n * 20));
    }
    await written();
    const later = openMemo(dir);
    for (let index = 0; index < 8; index++) {
      for (let n = 0; n < 50; n++) {
        expect(later.get('kind', `${index}/${n}`)).toBe('x'.repeat(n * 20));
      }
    }
  });

  it('sweeps what was overwritten again and again', async () => {
    const dir = nextDir();
    for (let round = 0; round < 6; round++) {
      const memo = openMemo(dir);
      for (let n = 0; n < 500; n++) memo.set('kind', `${n}`, round);
      await written();
    }
    const swollen = readFileSync(logOf(dir), 'utf8').length;
    const memo = openMemo(dir);
    expect(memo.get('kind', '499')).toBe(5);
    await expect.poll(() => readFileSync(logOf(dir), 'utf8').length).toBeLessThan(swollen / 4);
    expect(openMemo(dir).get('kind', '499')).toBe(5);
  });

  it('works where nothing can be written', () => {
    const dir = nextDir();
    mkdirSync(root, { recursive: true });
    appendFileSync(dir, 'in the way');
    const memo = openMemo(dir);
    memo.set('kind', 'a', 1);
    expect(memo.get('kind', 'a')).toBe(1);
  });
});
