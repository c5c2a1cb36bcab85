import { describe, expect, test } from 'vitest';
import { importSingle, markId, parseId, splitId } from '../../src/plugin/ids.ts';

describe('ids', () => {
  test.each([
    ['/a/hero.image.yaml', '/a/hero.image.yaml', ''],
    ['/a/hero.image.yml?url', '/a/hero.image.yml', '?url'],
    ['/c#/x?y/hero.image.yaml?url#z', '/c#/x?y/hero.image.yaml', '?url#z'],
  ])('%s is split at the end of the path', (id, path, query) => {
    expect(splitId(id)).toEqual({ path, query });
    expect(parseId(id)?.file).toBe(path);
  });

  test('of an image say that there is room for one picture, never for a URL alone', () => {
    expect(parseId(importSingle('/a.image.yaml'))).toEqual({
      ...{ file: '/a.image.yaml', kind: 'picture', single: true, overrides: {} },
    });
    expect(parseId(importSingle('/a.image.yaml?url&locale=ja'))).toEqual({
      ...{ file: '/a.image.yaml', kind: 'picture', single: true, overrides: { locale: 'ja' } },
    });
  });

  test('are marked once, before their own query', () => {
    const marked = markId('/c#/hero.image.yaml?url');
    expect(marked).toBe('/c#/hero.image.yaml?image-prompt&url');
    expect(markId(marked)).toBe(marked);
    expect(parseId(marked)).toEqual({ file: '/c#/hero.image.yaml', kind: 'url', overrides: {} });
    expect(markId('/c#/hero.image.yaml', '?url')).toBe(marked);
    expect(markId(markId('/c#/hero.image.yaml'), '?url')).toBe(marked);
  });

  test.each(['/a/hero.yaml', '/a/hero.image.yaml.ts', '/a/image.yaml'])('%s is no spec', (id) => {
    expect(parseId(id)).toBeNull();
  });
});
