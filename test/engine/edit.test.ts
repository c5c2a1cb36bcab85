import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import canonicalize from 'canonicalize';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { digestOf } from '../../src/recipe/key.ts';
import { edit, useEdits } from './edit-helpers.ts';
import { createBench, createFal, GENERATE, notes, openEngine, originals, spec } from './helpers.ts';

const { service, files } = useEdits();

it('a mask that is another spec is refused before anything is bought', async () => {
  const bench = createBench(service(), {
    'a.image.yaml': spec('A'),
    'm.image.yaml': spec('M'),
    'b.image.yaml': edit('B', ['./a.image.yaml'], '  mask: ./m.image.yaml\n'),
  });
  const { specs, diagnostics } = await bench.engine().plan(['b.image.yaml']);
  expect(specs).toEqual([]);
  expect(diagnostics).toMatchObject([
    { code: 'SPEC_EDIT', file: 'b.image.yaml', line: 7, column: 9 },
  ]);
  await bench.engine().generate(['b.image.yaml'], GENERATE);
  expect(service().stats.submits).toBe(0);
});

describe('the key of an edit', () => {
  it('is the hash of what is asked, the files by their digests', async () => {
    const { photo, mask } = files();
    const bench = createBench(service(), {
      'a.image.yaml': edit('A kettle', ['./photo.png'], '  mask: ./mask.png\n'),
      'photo.png': photo,
      'mask.png': mask,
    });
    const [item] = (await bench.plan()).specs;
    const asked = {
      v: 1,
      provider: 'fal',
      model: 'openai/gpt-image-2/edit',
      input: {
        prompt: 'A kettle',
        image_size: { width: 816, height: 816 },
        quality: 'low',
        output_format: 'png',
      },
      files: { images: [digestOf(photo)], mask: digestOf(mask) },
      revision: null,
    };
    const key = createHash('sha256').update(canonicalize(asked)!).digest('hex');
    // A cent for the picture, and one for each file.
    expect(item).toMatchObject({ key, state: 'new', model: asked.model, usd: 0.03 });
  });

  it('depends on bytes and order, not on names', async () => {
    const { photo, other } = files();
    const bench = createBench(service(), {
      'a.image.yaml': edit('A', ['./one.png', './two.png']),
      'b.image.yaml': edit('A', ['./sub/first.png', './sub/second.png']),
      'c.image.yaml': edit('A', ['./two.png', './one.png']),
      'one.png': photo,
      'two.png': other,
      'sub/first.png': photo,
      'sub/second.png': other,
    });
    const [a, b, c] = (await bench.plan()).specs.map(({ key }) => key);
    expect(b).toBe(a);
    expect(c).not.toBe(a);
    bench.project.write('sub/second.png', photo);
    const again = (await bench.plan()).specs.map(({ key }) => key);
    expect([again[0], again[1] === a]).toEqual([a, false]);
  });

  it('holds the parameters of a model that is not known', async () => {
    const bench = createBench(service(), {
      'a.image.yaml': `prompt: A\nalt: A\nmodel: acme/painter/edit\nimage_size: { width: 512, height: 512 }\nedit:\n  images: [./photo.png]\n  fields: { image: picture }\n`,
      'photo.png': files().photo,
    });
    const { generated } = await bench.generate({ acceptUnknownPrice: true });
    expect(generated).toHaveLength(1);
    const { picture, image_urls } = service().inputs.at(-1) as Record<string, string>;
    expect(service().uploaded(picture!)).toEqual(files().photo);
    expect(image_urls).toBe(undefined);
  });
});

describe('generate', () => {
  it('uploads each file once for all specs, pays once, and never again', async () => {
    const { photo, other, mask } = files();
    const bench = createBench(service(), {
      'a.image.yaml': edit('A', ['./photo.png']),
      'b.image.yaml': edit('B', ['./photo.png', './copy/other.png']),
      'c.image.yaml': edit('C', ['./copy/photo.png'], '  mask: ./mask.png\n'),
      'photo.png': photo,
      'mask.png': mask,
      'copy/photo.png': photo,
      'copy/other.png': other,
    });
    const { generated, failed } = await bench.generate();
    expect(failed).toEqual([]);
    expect(generated).toHaveLength(3);
    expect(service().stats).toMatchObject({ uploads: 3, accepted: 3, billedImages: 3 });
    const texts = originals(bench.project).map((name) =>
      bench.project.readText(`.image-prompt/originals/${name.replace(/\.\w+$/, '.json')}`),
    );
    // A URL is perishable, and nobody else's business.
    for (const text of texts) expect(text).not.toMatch(/https?:/);
    expect((await bench.plan()).total).toEqual({ images: 0, usd: 0 });
    await bench.generate();
    expect(service().stats).toMatchObject({ uploads: 3, accepted: 3 });
  });

  it('sends nothing when a file has changed since it was agreed to', async () => {
    const { photo, other } = files();
    const bench = createBench(service(), {
      'a.image.yaml': edit('A', ['./photo.png']),
      'photo.png': photo,
    });
    const engine = bench.engine();
    const { specs } = await engine.plan(['a.image.yaml']);
    bench.project.write('photo.png', other);
    const only = new Map([[specs[0]!.key, 1]]);
    const how = { budget: 5, concurrency: 1, acceptUnknownPrice: false };
    const report = await engine.generate(['a.image.yaml'], { ...how, only });
    expect(report).toMatchObject({ generated: [], failed: [] });
    expect(service().stats).toMatchObject({ uploads: 0, submits: 0 });
  });

  it('sends nothing when a file changes while its turn has not come', async () => {
    const { photo, other } = files();
    const bench = createBench(service(), {
      'a.image.yaml': spec('A'),
      'b.image.yaml': edit('B', ['./photo.png']),
      'photo.png': photo,
    });
    service().setOptions({ hold: true });
    const running = bench.generate({ concurrency: 1 });
    await expect.poll(() => service().stats.accepted).toBe(1);
    bench.project.write('photo.png', other);
    service().setOptions({ hold: false });
    const { generated, failed } = await running;
    expect(generated.map(({ file }) => file)).toEqual(['a.image.yaml']);
    expect(failed).toMatchObject([{ file: 'b.image.yaml', code: 'SPEC_EDIT' }]);
    expect(failed[0]?.message).toContain('photo.png has changed');
    expect(service().stats).toMatchObject({ uploads: 0, submits: 1 });
  });

  it('uploads before anything is noted: a failure leaves nothing in doubt', async () => {
    const bench = createBench(service(), {
      'a.image.yaml': edit('A', ['./photo.png']),
      'photo.png': files().photo,
    });
    const points: string[] = [];
    const parts = { failpoint: (name: string) => void points.push(name) };
    const provider = createFal(service());
    const engine = openEngine(bench.project, { provider }, {}, parts);
    service().setFaults([{ stage: 'upload-put', kind: 'http', status: 403, times: 99 }]);
    expect((await engine.generate(['a.image.yaml'], GENERATE)).failed).toHaveLength(1);
    expect(points).toEqual([]);
    service().setFaults([]);
    expect((await engine.generate(['a.image.yaml'], GENERATE)).generated).toHaveLength(1);
    expect(points[0]).toBe('intent');
  });

  it('leaves no note when an upload fails, and counts no money', async () => {
    const bench = createBench(service(), {
      'a.image.yaml': edit('A', ['./photo.png']),
      'b.image.yaml': spec('B'),
      'photo.png': files().photo,
    });
    service().setFaults([{ stage: 'upload', kind: 'reset', times: 99 }]);
    const { generated, failed, total } = await bench.generate();
    expect(generated.map(({ file }) => file)).toEqual(['b.image.yaml']);
    expect(failed).toMatchObject([{ file: 'a.image.yaml', code: 'PROVIDER_UNAVAILABLE' }]);
    expect(total).toEqual({ images: 1, usd: 0.01 });
    expect(notes(bench.project)).toEqual([]);
    expect(service().stats.accepted).toBe(1);
    service().setFaults([]);
    expect((await bench.generate()).generated).toHaveLength(1);
  });

  it('finishes an accepted edit without its files', async () => {
    const bench = createBench(service(), {
      'a.image.yaml': edit('A', ['./photo.png']),
      'photo.png': files().photo,
    });
    await bench.generate({ wait: false });
    expect(notes(bench.project)).toHaveLength(1);
    bench.project.remove('photo.png');
    const engine = bench.engine();
    const { resumed } = await engine.resume(null, {});
    expect(resumed).toHaveLength(1);
    expect(service().stats).toMatchObject({ accepted: 1, billedImages: 1 });
  });
});

describe('an address', () => {
  const serve = async (
    bytes: () => Buffer | null,
  ): Promise<{ url: string; asked: () => number }> => {
    let asked = 0;
    const server = createServer((request, response) => {
      asked++;
      const body = bytes();
      // Whoever is asked for a picture is told no key.
      if (body === null || request.headers.authorization) response.statusCode = 404;
      response.end(body ?? '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}/photo.png?size=1`, asked: () => asked };
  };

  it('is refused, and nobody is asked', async () => {
    const { url, asked } = await serve(() => files().photo);
    const bench = createBench(service(), { 'a.image.yaml': edit('A', [url]) });
    expect((await bench.plan()).diagnostics).toMatchObject([{ code: 'SPEC_EDIT', line: 6 }]);
    expect(asked()).toBe(0);
  });

  it('that is allowed is fetched once, and has the key of its bytes', async () => {
    let shown: Buffer | null = files().photo;
    const { url, asked } = await serve(() => shown);
    const bench = createBench(service(), {
      'a.image.yaml': edit('A', [url]),
      'b.image.yaml': edit('A', ['./photo.png']),
      'photo.png': files().photo,
    });
    const engine = (): Engine => bench.engine({ allowRemoteInputs: true });
    const both = ['a.image.yaml', 'b.image.yaml'];
    const { specs } = await engine().plan(both);
    expect(specs[0]?.key).toBe(specs[1]?.key);
    expect((await engine().generate(['a.image.yaml'], GENERATE)).generated).toHaveLength(1);
    // What the address shows later is no business of a picture that is there.
    shown = files().other;
    expect((await engine().plan(both)).total.images).toBe(0);
    expect(asked()).toBe(1);
    bench.project.remove('node_modules/.cache');
    expect((await engine().plan(both)).specs[0]?.state).toBe('new');
    shown = null;
    bench.project.remove('node_modules/.cache');
    const { diagnostics } = await engine().plan(['a.image.yaml']);
    expect(diagnostics).toMatchObject([{ code: 'SPEC_EDIT', line: 6 }]);
    expect(diagnostics[0]?.message).toContain('HTTP 404');
  });
});

describe('what is wrong with a file', () => {
  const check = async (text: string, more: Record<string, string | Buffer> = {}) => {
    const bench = createBench(service(), { 'sub/a.image.yaml': text, ...more });
    return await bench.engine().check(['sub/a.image.yaml']);
  };

  it.each<[string, string[], string]>([
    ['is not there', ['./no.png'], 'there is no such file'],
    ['is no picture', ['./a.image.txt'], 'png, jpeg or webp'],
    ['is a folder', ['../sub'], 'not a plain file'],
  ])('%s is told at its place', async (_what, images, message) => {
    const found = await check(edit('A', images), { 'sub/a.image.txt': 'words' });
    expect(found).toMatchObject([{ code: 'SPEC_EDIT', file: 'sub/a.image.yaml', line: 6 }]);
    expect(found[0]?.message).toContain(message);
    expect(found[0]?.frame).toContain('> 6 |');
  });

  it('a mask of another size is told at the mask', async () => {
    const { photo, wrongMask } = files();
    const text = edit('A', ['../photo.png'], '  mask: ../mask.png\n');
    const found = await check(text, { 'photo.png': photo, 'mask.png': wrongMask });
    expect(found).toMatchObject([{ code: 'SPEC_EDIT', line: 7, column: 9 }]);
    expect(found[0]?.message).toContain('61×40');
  });

  it('an opaque mask in colours is refused', async () => {
    const { photo } = files();
    const text = edit('A', ['../photo.png'], '  mask: ../photo.png\n');
    const [one] = await check(text, { 'photo.png': photo });
    expect(one).toMatchObject({ code: 'SPEC_EDIT', line: 7 });
  });

  it('more than sixteen pictures are refused, at the seventeenth', async () => {
    const images = Array.from({ length: 17 }, () => '../photo.png');
    const [one] = await check(edit('A', images), { 'photo.png': files().photo });
    expect(one).toMatchObject({ code: 'SPEC_EDIT', line: 6 });
    expect(one?.message).toContain('at most 16');
  });

  it('every problem is told at once, a base at its own place', async () => {
    const found = await check('extends: ../base.yaml\nprompt: A\nalt: A\nquality: lwo\n', {
      'base.yaml': 'edit: { images: [./no.png] }\n',
    });
    expect(found.map(({ code, file, line }) => [code, file, line])).toEqual([
      ['SPEC_VALUE', 'sub/a.image.yaml', 4],
    ]);
    const mended = await check('extends: ../base.yaml\nprompt: A\nalt: A\n', {
      'base.yaml': 'edit: { images: [./no.png] }\n',
    });
    expect(mended.map(({ code, file, line }) => [code, file, line])).toEqual([
      ['SPEC_EDIT', 'base.yaml', 1],
    ]);
  });

  it('does not make what the spec bought an orphan', async () => {
    const bench = createBench(service(), {
      'a.image.yaml': edit('A', ['./photo.png']),
      'photo.png': files().photo,
    });
    await bench.generate();
    bench.project.remove('photo.png');
    expect((await bench.plan()).orphans).toEqual([]);
    await expect(bench.engine().collectGarbage(true)).rejects.toMatchObject({
      code: 'STORE_RECORD',
    });
    expect(originals(bench.project)).toHaveLength(1);
  });
});

describe('a build', () => {
  it('finds a file that was touched again only when its bytes are the same', async () => {
    const { photo, other } = files();
    const bench = createBench(service(), {
      'a.image.yaml': edit('A', ['./photo.png']),
      'photo.png': photo,
    });
    await bench.generate();
    const engine = bench.engine({ onMissing: 'error' });
    const built = await engine.buildPicture(bench.project.path('a.image.yaml'));
    expect(built.dependencies).toContain(bench.project.path('photo.png'));
    bench.project.write('photo.png', photo);
    engine.refresh();
    await engine.buildPicture(bench.project.path('a.image.yaml'));
    bench.project.write('photo.png', other);
    engine.refresh();
    await expect(engine.buildPicture(bench.project.path('a.image.yaml'))).rejects.toMatchObject({
      code: 'MISSING_FROZEN',
    });
    expect(service().stats.accepted).toBe(1);
  });

  it('marks a picture with a photograph in it as a composite', async () => {
    const bench = createBench(service(), {
      'a.image.yaml': edit('A', ['./photo.png'], 'output: { widths: [100], formats: [webp] }\n'),
      'b.image.yaml': spec('B', 'output: { widths: [100], formats: [webp] }\n'),
      'c.image.yaml': edit('C', ['./b.image.yaml'], 'output: { widths: [100], formats: [webp] }\n'),
      'photo.png': files().photo,
    });
    const engine = bench.engine({ onMissing: 'generate' });
    const read = async (name: string): Promise<string> => {
      const path = bench.project.path(name);
      const { variants } = await engine.buildPicture(path, { encode: true });
      return (await sharp(variants[0]!.path).metadata()).xmp?.toString() ?? '';
    };
    expect(await read('a.image.yaml')).toContain('/compositeWithTrainedAlgorithmicMedia');
    expect(await read('b.image.yaml')).toContain('/trainedAlgorithmicMedia');
    expect(await read('c.image.yaml')).toContain('/trainedAlgorithmicMedia');
    await engine.close();
  });
});
