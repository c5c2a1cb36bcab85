import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { originals, spec, startService } from '../../engine/helpers.ts';
import type { FalStandIn } from '../../fal-stand-in/index.mjs';
import { createProject, type Project } from '../../helpers/project.ts';
import { run } from '../helpers.ts';
import {
  createStored as createStoredFor,
  FILE,
  ORIGINALS,
  SAFE_COPIES,
  showJson,
  thumbnailsOf,
} from './helpers.ts';

let service: FalStandIn;
beforeAll(async () => {
  service = await startService({ models: ['acme/painter'] });
});
afterAll(() => service.close());
beforeEach(() => service.reset());

const createStored = (files?: Record<string, string>): Promise<Project> =>
  createStoredFor(service, files);

describe('what is not there', () => {
  it('is listed: new specs, candidates that are wanted, a request under way', async () => {
    const project = await createStored({ 'a.image.yaml': spec('A') });
    project.write('a.image.yaml', spec('A', 'num_images: 3\n'));
    project.write('b.image.yaml', spec('B'));
    project.write('c.image.yaml', spec('C'));
    await run(project, ['generate', '--no-wait', '--yes', 'c.image.yaml']);
    const { code, out } = await run(project, ['sheet']);
    expect([code, out]).toEqual([
      2,
      `${FILE} is written: 1 candidate of 3 specs, 2 specs without any.\n`,
    ]);
    const html = project.readText(FILE);
    expect(html).toContain('2 more wanted, $0.02 (estimate)');
    expect(html).toContain('missing, $0.01 (estimate)');
    expect(html).toContain('npx image-prompt generate b.image.yaml');
    expect(html).toMatch(/request [0-9a-f-]{36} is under way since/);
    expect((await run(project, ['sheet', '--out', 'sheet.png'])).code).toBe(2);
  });

  it('is for free where the safe copies have it', async () => {
    const project = await createStored();
    project.remove(ORIGINALS);
    const { code } = await run(project, ['sheet']);
    expect(code).toBe(0);
    expect(project.readText(FILE)).toContain('3 more in the safe copies, restored for free');
    expect((await run(project, ['generate'])).code).toBe(0);
    expect(service.stats.submits).toBe(1);
    expect((await showJson(project)).all).toHaveLength(3);
  });

  it('makes an empty sheet where there are no specs', async () => {
    const project = createProject({ 'package.json': '{}' });
    for (const file of ['a.html', 'a.png']) {
      const { code, out } = await run(project, ['sheet', '--out', file]);
      expect([code, out]).toEqual([0, `${file} is written: 0 candidates of 0 specs.\n`]);
    }
    expect((await sharp(project.read('a.png')).metadata()).width).toBeGreaterThan(100);
  });
});

describe('what is broken', () => {
  it.each(['missing', 'corrupt', 'a git-LFS pointer'])(
    'has a tile that says so: %s, though the cache still has its thumbnail',
    async (how) => {
      const project = await createStored();
      const { all } = await showJson(project);
      const { digest, bytes } = all[1]!;
      const name = `${ORIGINALS}/${originals(project).find((one) => one.includes(digest.slice(0, 16)))}`;
      const original = project.read(name);
      if (how === 'missing') project.remove(name);
      else if (how === 'corrupt') project.write(name, original.subarray(0, 1000));
      else {
        const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${digest}\nsize ${bytes}\n`;
        project.write(name, pointer);
      }
      // The safe copy is as good as the original, and mends it; a pointer stays as it is.
      expect((await run(project, ['sheet'])).code).toBe(0);
      expect(thumbnailsOf(project.readText(FILE))).toHaveLength(3);

      if (how === 'missing') project.remove(name);
      else if (how === 'corrupt') project.write(name, original.subarray(0, 1000));
      project.remove(SAFE_COPIES);
      for (const file of [FILE, 'sheet.png']) {
        const { code, out, err } = await run(project, ['sheet', '--out', file]);
        expect(code).toBe(1);
        expect(out).toBe(`${file} is written: 3 candidates of 1 spec, 1 broken original.\n`);
        expect(err).toContain(how === 'a git-LFS pointer' ? 'STORE_LFS' : 'STORE_BROKEN');
        expect(err).toContain(`(of src/a.image.yaml) is ${how}`);
        expect(err).not.toContain('    at ');
      }
      const html = project.readText(FILE);
      expect(thumbnailsOf(html)).toHaveLength(2);
      expect(html).toMatch(new RegExp(`broken: [^<]+ is ${how}\\.`));
      expect(html).toContain('npx image-prompt verify --repair');
      expect(html).toContain('<b>2</b><span class="badge">picked</span>');
      expect(html).not.toContain('pick src/a.image.yaml 2<');
      const shown = await showJson(project);
      expect([shown.ran.code, shown.all]).toEqual([1, all]);
      expect(service.stats.submits).toBe(1);
    },
  );

  it('is told where a record cannot be read', async () => {
    const project = await createStored({ 'a.image.yaml': spec('A', 'num_images: 2\n') });
    const name = project.list(ORIGINALS).find((one) => one.endsWith('.json'));
    project.write(`${ORIGINALS}/${name}`, '{');
    const { code, out } = await run(project, ['sheet']);
    expect([code, out]).toEqual([1, `${FILE} is written: 1 candidate of 1 spec.\n`]);
    expect(project.readText(FILE)).toContain(name);
  });

  it('is told where a pick is none of them, unless it may still come', async () => {
    const project = await createStored();
    project.write('src/a.image.yaml', spec('A', 'num_images: 3\npick: 4\n'));
    const { code, err } = await run(project, ['sheet']);
    expect(code).toBe(1);
    expect(err).toContain('src/a.image.yaml:6:7 error SPEC_PICK');
    expect(err.match(/Expected a number from 1 to 3/g)).toHaveLength(1);
    const html = project.readText(FILE);
    expect(html).toContain('Expected a number from 1 to 3');
    expect(html).not.toContain('class="badge"');
    project.write('src/a.image.yaml', spec('A', 'num_images: 4\npick: 4\n'));
    expect((await run(project, ['sheet'])).code).toBe(2);
  });

  it('is a spec with a mistake, and the others are shown', async () => {
    const project = await createStored({ 'b.image.yaml': spec('B') });
    project.write('a.image.yaml', 'promt: A\nalt: a\n');
    const { code, err, json } = await run(project, ['sheet', '--json']);
    expect(code).toBe(1);
    expect(err).toContain('a.image.yaml:1:1 error SPEC_UNKNOWN_FIELD');
    expect(json()['specs']).toMatchObject([{ file: 'b.image.yaml', candidates: [{}] }]);
    const html = project.readText(FILE);
    expect(html).toContain('<h2>a.image.yaml</h2>');
    expect(html).toContain('npx image-prompt check a.image.yaml');
    expect(html.indexOf('<h2>a.image.yaml')).toBeLessThan(html.indexOf('<h2>b.image.yaml'));
  });
});
