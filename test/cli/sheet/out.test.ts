import { mkdirSync, readlinkSync, symlinkSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { originals, spec, startService } from '../../engine/helpers.ts';
import type { FalStandIn } from '../../fal-stand-in/index.mjs';
import { createProject, type Project } from '../../helpers/project.ts';
import { run } from '../helpers.ts';
import { createStored as createStoredFor, FILE, ORIGINALS } from './helpers.ts';

let service: FalStandIn;
beforeAll(async () => {
  service = await startService({ models: ['acme/painter'] });
});
afterAll(() => service.close());
beforeEach(() => service.reset());

const createStored = (files?: Record<string, string>): Promise<Project> =>
  createStoredFor(service, files);

describe('--out', () => {
  it('is relative to the current folder; without it the page lies in the root', async () => {
    const project = await createStored();
    const out = await run(project, ['sheet', '--json', '--out', 'x.HTML'], { cwd: 'src' });
    expect([out.code, out.json()['file']]).toEqual([0, 'src/x.HTML']);
    const without = await run(project, ['sheet', '--json'], { cwd: 'src' });
    expect([without.code, without.json()['file']]).toEqual([0, FILE]);
    expect(project.list().filter((file) => /html$/i.test(file))).toEqual([FILE, 'src/x.HTML']);
  });

  it.each([
    [['--out', 'sheet.jpg'], 'received "sheet.jpg"'],
    [['--out', 'sheet'], 'received "sheet"'],
    [['--out', ''], 'received ""'],
    [['--out', '.png'], 'received ".png"'],
    [['--out', 'nowhere/sheet.html'], 'a folder that exists for nowhere/sheet.html'],
    [['--out', 'package.json/sheet.png'], 'a folder that exists for package.json/sheet.png'],
    [['nothing.image.yaml'], 'There is no file "nothing.image.yaml"'],
  ])('%j is a mistake, and nothing is made', async (words, message) => {
    const project = createProject({ 'package.json': '{}', 'a.image.yaml': spec('A') });
    const { code, out, err } = await run(project, ['sheet', ...words]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(message);
    expect(err).not.toContain('    at ');
    expect(project.list()).toEqual(['a.image.yaml', 'package.json']);
  });

  it('writes over nothing but a sheet, and never over an original', async () => {
    const project = await createStored();
    const [original] = originals(project);
    project.write('index.html', '<!doctype html><title>Mine</title>');
    project.write('logo.png', await sharp(project.read(`${ORIGINALS}/${original}`)).toBuffer());
    mkdirSync(project.path('folder.html'));
    for (const file of ['index.html', 'logo.png', 'folder.html', `${ORIGINALS}/${original}`]) {
      const before = file === 'folder.html' ? null : project.read(file);
      const { code, out, err } = await run(project, ['sheet', '--out', file]);
      expect([code, out]).toEqual([1, '']);
      expect(err).toContain('CONFIG_INVALID');
      expect(err).toContain('--out');
      if (before) expect(project.read(file).equals(before)).toBe(true);
    }
    // One kind of sheet may take the place of the other, and of an empty file.
    project.write('s.png', '');
    for (const file of ['s.png', 's.png', 's.html']) {
      expect((await run(project, ['sheet', '--out', file])).code).toBe(0);
    }
    project.write('s.html', project.read('s.png'));
    expect((await run(project, ['sheet', '--out', 's.html'])).code).toBe(0);
    expect(project.list().filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });

  it('writes over no link, and nothing into the store', async () => {
    const project = await createStored();
    await run(project, ['sheet', '--out', 'real.html']);
    symlinkSync('real.html', project.path('link.html'));
    symlinkSync('nowhere.html', project.path('dangling.html'));
    const store = project.list('.image-prompt');
    for (const file of ['link.html', 'dangling.html', `${ORIGINALS}/sheet.png`]) {
      const { code, out, err } = await run(project, ['sheet', '--out', file]);
      expect([code, out]).toEqual([1, '']);
      expect(err).toContain('CONFIG_INVALID');
    }
    for (const [link, to] of [
      ['link.html', 'real.html'],
      ['dangling.html', 'nowhere.html'],
    ] as const) {
      expect(readlinkSync(project.path(link))).toBe(to);
    }
    expect(project.list('.image-prompt')).toEqual(store);
  });

  it('refuses more candidates than anybody can see at once', async () => {
    const files = Array.from({ length: 251 }, (_, n) => [`s/${n}.image.yaml`, spec(`P${n}`)]);
    const project = createProject({ 'package.json': '{}', ...Object.fromEntries(files) });
    const { code, err } = await run(project, ['sheet', '--out', 'sheet.png']);
    expect(code).toBe(1);
    expect(err).toContain('Expected at most 250 candidates on a sheet, received 251.');
    expect(project.list()).not.toContain('sheet.png');
    expect((await run(project, ['sheet'])).code).toBe(2);
  });
});
