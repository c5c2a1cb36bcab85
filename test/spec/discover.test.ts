import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isComposeFile } from '../../src/spec/compose.ts';
import { discoverSpecs } from '../../src/spec/discover.ts';
import { listFilesOnDisk, readFileFromDisk } from '../../src/spec/fs.ts';

let root: string;
const write = async (file: string, text = 'prompt: x\nalt: y\n'): Promise<void> => {
  await mkdir(join(root, file, '..'), { recursive: true });
  await writeFile(join(root, file), text);
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'image-prompt-discover-'));
  await write('b.image.yaml');
  await write('a.image.yml');
  await write('src/Z.image.yaml');
  await write('src/é.image.yaml');
  await write('.vitepress/theme/dotted.image.yaml');
  await write('src/._a.image.yaml');
  await write('src/other.yaml');
  await write('node_modules/x/c.image.yaml');
  await write('web.image.yaml', 'services:\n  web: { image: !reset nginx }\n');
  await write('huge.image.yaml', `services: {}\n#${' '.repeat(300_000)}`);
  await write('folder.image.yaml/readme.txt');
  await symlink(join(root, 'b.image.yaml'), join(root, 'link.image.yaml')).catch(() => {});
  await symlink(join(root, 'src'), join(root, 'linked'), 'junction').catch(() => {});
});
afterAll(() => rm(root, { recursive: true }));

test('finds specs by globs, sorted, without Compose files and links', async () => {
  const found = await discoverSpecs({
    root,
    include: ['**/*.image.{yaml,yml}'],
    exclude: ['**/node_modules/**'],
    list: listFilesOnDisk,
    read: readFileFromDisk,
  });
  expect(found).toEqual([
    '.vitepress/theme/dotted.image.yaml',
    'a.image.yml',
    'b.image.yaml',
    'huge.image.yaml',
    'src/Z.image.yaml',
    'src/é.image.yaml',
  ]);
});

describe('readFileFromDisk', () => {
  test.each([
    ['b.image.yaml', 'bytes'],
    ['none.yaml', 'missing'],
    ['b.image.yaml/x', 'missing'],
    ['src', 'not-a-file'],
    ['huge.image.yaml', 'too-large'],
    ['a\0b', 'failed'],
  ])('%j: %s', async (file, kind) => {
    expect((await readFileFromDisk(`${root}/${file}`, 1000)).kind).toBe(kind);
  });

  test('the limit is exact', async () => {
    await write('ten.txt', '0123456789');
    expect((await readFileFromDisk(join(root, 'ten.txt'), 10)).kind).toBe('bytes');
    expect((await readFileFromDisk(join(root, 'ten.txt'), 9)).kind).toBe('too-large');
  });
});

test.each([
  ['services: {}', true],
  ['name: x\nservices:\n  a: &a { x: 1 }\n  b:\n    <<: *a\n', true],
  ['"services": {}', true],
  ['services: {}\nprompt: x', false],
  ['prompt: x\nalt: services', false],
  ['a:\n  services: {}', false],
  ['- services', false],
  ['', false],
  [`services: ${'['.repeat(1000)}`, false],
])('isComposeFile(%j) is %s', async (text, expected) => {
  expect(await isComposeFile(text)).toBe(expected);
});
