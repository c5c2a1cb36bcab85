import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../src/errors.ts';
import type { ReadFile } from '../../src/spec/files.ts';
import { readFileFromDisk } from '../../src/spec/fs.ts';
import { loadSpec } from '../../src/spec/load.ts';
import type { LoadedSpec } from '../../src/spec/types.ts';

// Each folder holds broken specs and says which codes come out at which places. Prose is free to
// change, so it is never compared.

interface Place {
  code: string;
  /** Left out: `error`. */
  severity?: string;
  /** Left out: the spec itself. */
  file?: string;
  line: number;
  column: number;
}

interface Expected {
  specs: Record<string, Place[]>;
  /** Files that are read as if 256 KiB of comment followed; nobody wants to commit those. */
  padded?: string[];
}

const ROOT = join(import.meta.dirname, '../errors');
/** Codes that are about candidates, imports and chains, which other rooms know. */
const ELSEWHERE = ['SPEC_EDIT_CYCLE', 'SPEC_PICK', 'SPEC_QUERY'];

const folders = readdirSync(ROOT).filter((name) => name.startsWith('SPEC_'));

function readExpected(folder: string): Expected {
  return JSON.parse(readFileSync(join(ROOT, folder, 'expected.json'), 'utf8')) as Expected;
}

function loadFixture(folder: string, file: string, padded: readonly string[]): Promise<LoadedSpec> {
  const read: ReadFile = async (path, limit) => {
    const result = await readFileFromDisk(path, limit);
    return padded.includes(basename(path)) ? { kind: 'too-large' } : result;
  };
  const root = join(ROOT, folder);
  return loadSpec({ file: join(root, file), root, defaults: {}, read });
}

function toPlaces(loaded: LoadedSpec): Place[] {
  return loaded.diagnostics.map(({ code, severity, file, line, column }) => ({
    code,
    ...(severity === 'error' ? {} : { severity }),
    ...(file === loaded.file ? {} : { file }),
    line,
    column,
  }));
}

test('every code of the room has a folder', () => {
  const codes = Object.keys(CATALOGUE).filter((code) => code.startsWith('SPEC_'));
  const missing = codes.filter((code) => !folders.includes(code) && !ELSEWHERE.includes(code));
  expect(missing).toEqual([]);
});

describe.each(folders)('%s', (folder) => {
  const { specs, padded = [] } = readExpected(folder);

  test('every spec of the folder is expected, and the code comes out', () => {
    const found = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.image.yaml'));
    expect(found.filter((name) => !Object.hasOwn(specs, name))).toEqual([]);
    for (const places of Object.values(specs)) {
      expect(places.map(({ code }) => code)).toContain(folder);
    }
  });

  test.each(Object.entries(specs))('%s', async (file, places) => {
    const loaded = await loadFixture(folder, file, padded);
    expect(toPlaces(loaded)).toEqual(places);
    const failed = places.some(({ severity }) => severity === undefined);
    expect(loaded.spec === null).toBe(failed);
    for (const { message, hint, frame } of loaded.diagnostics) {
      expect(message).toMatch(/^\S.*[.]$/s);
      expect(hint).toMatch(/^\S.*[.?]$/s);
      expect(frame).toContain('^');
    }
  });
});
