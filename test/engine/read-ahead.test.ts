import { expect, test } from 'vitest';
import { createReadAhead } from '../../src/engine/read-ahead.ts';
import type { FileRead, ReadFile } from '../../src/spec/files.ts';

function createReader(): { read: ReadFile; limits: number[] } {
  const limits: number[] = [];
  const read: ReadFile = async (_path, limit): Promise<FileRead> => {
    limits.push(limit);
    return limit < 3 ? { kind: 'too-large' } : { kind: 'bytes', bytes: new Uint8Array(3) };
  };
  return { read, limits };
}

test('what was looked at is taken without reading it again, once', async () => {
  const { read, limits } = createReader();
  const ahead = createReadAhead(read);
  await ahead.look('a', 10);
  expect((await ahead.take('a', 20)).kind).toBe('bytes');
  expect(limits).toEqual([10]);
  await ahead.take('a', 20);
  expect(limits).toEqual([10, 20]);
});

test('a look that only asked whether there is a file is no answer to who wants its text', async () => {
  const { read } = createReader();
  const ahead = createReadAhead(read);
  expect((await ahead.look('a', 0)).kind).toBe('too-large');
  expect((await ahead.take('a', 20)).kind).toBe('bytes');
});
