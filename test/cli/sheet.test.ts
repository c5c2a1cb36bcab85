import { mkdirSync, readlinkSync, symlinkSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { originals, spec, startService } from '../engine/helpers.ts';
import type { FalStandIn } from '../fal-stand-in/index.mjs';
import { createProject, type Project } from '../helpers/project.ts';
import { configFor, type Ran, run } from './helpers.ts';

let service: FalStandIn;
beforeAll(async () => {
  service = await startService({ models: ['acme/painter'] });
});
afterAll(() => service.close());
beforeEach(() => service.reset());

const FILE = 'image-prompt-sheet.html';
const ORIGINALS = '.image-prompt/originals';
const SAFE_COPIES = '.image-prompt/state/objects';
const THREE = { 'src/a.image.yaml': spec('A', 'num_images: 3\npick: 2\n') };

/** A project whose specs are all generated. */
async function createStored(files: Record<string, string> = THREE): Promise<Project> {
  const project = createProject({ 'image-prompt.config.mjs': configFor(service), ...files });
  const { code, err } = await run(project, ['generate', '--yes']);
  expect(code, err).toBe(0);
  return project;
}

interface Shown {
  number: number;
  digest: string;
  picked: boolean;
  createdAt: string;
  bytes: number;
}

async function showJson(project: Project, ...words: string[]): Promise<{ ran: Ran; all: Shown[] }> {
  const ran = await run(project, ['sheet', '--json', ...words]);
  const specs = ran.json()['specs'] as { candidates: Shown[] }[];
  return { ran, all: specs.flatMap(({ candidates }) => candidates) };
}

/** The thumbnails of a page, in order. */
function thumbnailsOf(html: string): Buffer[] {
  return [...html.matchAll(/src="data:image\/webp;base64,([^"]+)"/g)].map(([, data]) =>
    Buffer.from(data!, 'base64'),
  );
}

/** Mean colour of a part of a picture. */
async function meanOf(picture: Sharp): Promise<number[]> {
  const { channels } = await sharp(await picture.removeAlpha().png().toBuffer()).stats();
  return channels.map(({ mean }) => Math.round(mean));
}

describe('sheet', () => {
  it('shows every candidate of a spec in a page, and sends nothing', async () => {
    const project = await createStored();
    const sent = service.requests.length;
    const { code, out, err } = await run(project, ['sheet']);
    expect([code, out, err]).toEqual([0, `${FILE} is written: 3 candidates of 1 spec.\n`, '']);
    expect(service.requests).toHaveLength(sent);
    const html = project.readText(FILE);
    const { all } = await showJson(project);
    for (const { number, digest, createdAt } of all) {
      expect(html).toContain(`<b>${number}</b>`);
      expect(html).toContain(`${digest.slice(0, 12)} · 816×816 · `);
      expect(html).toContain(`<time datetime="${createdAt}">${createdAt.slice(0, 10)} `);
      expect(html).toContain(`<code>npx image-prompt pick src/a.image.yaml ${number}</code>`);
      expect(html).toContain(`alt="Candidate ${number} of src/a.image.yaml: A"`);
    }
    expect(html.match(/<b>\d<\/b>/g)).toEqual(['<b>1</b>', '<b>2</b>', '<b>3</b>']);
    expect(html.match(/<span class="badge">/g)).toHaveLength(1);
    expect(html).toContain('<b>2</b><span class="badge">picked</span>');
    // What was billed, not what was estimated.
    expect(html.match(/ · \$0\.01</g)).toHaveLength(3);
  });

  it('puts the picture of each candidate under its number', async () => {
    const project = await createStored();
    const { all } = await showJson(project);
    const thumbnails = thumbnailsOf(project.readText(FILE));
    expect(thumbnails).toHaveLength(3);
    for (const [index, bytes] of thumbnails.entries()) {
      const original = originals(project).find((name) =>
        name.includes(all[index]!.digest.slice(0, 16)),
      );
      const { format, width, height } = await sharp(bytes).metadata();
      expect({ format, width, height }).toEqual({ format: 'webp', width: 480, height: 480 });
      const mean = await meanOf(sharp(bytes));
      const wanted = await meanOf(sharp(project.read(`${ORIGINALS}/${original}`)));
      for (const channel of [0, 1, 2]) {
        expect(Math.abs(mean[channel]! - wanted[channel]!)).toBeLessThan(4);
      }
    }
  });

  it('makes a page that needs nothing else and tells no prompt', async () => {
    const prompt = 'A harbour that only the spec may tell of';
    const project = await createStored({
      'a.image.yaml': spec('A').replace('prompt: A', `prompt: ${prompt}`),
    });
    await run(project, ['sheet']);
    const html = project.readText(FILE);
    expect(html).not.toContain(prompt);
    expect(html).not.toContain(project.root);
    expect(html).not.toMatch(/<script|<link|<iframe|@import|\burl\(|https?:|\bon\w+=/i);
    expect([...html.matchAll(/\b(?:src|href)="(?!data:image\/webp)/g)]).toEqual([]);
    expect(html).toContain('default-src &#39;none&#39;');
    expect(html).toContain('prefers-color-scheme: dark');
  });

  it('escapes whatever names and texts hold', async () => {
    const name = `src/x "a" & <b>'s $HOME.image.yaml`;
    const alt = `"><script>alert(1)</script>&amp;`;
    const project = await createStored({
      [name]: spec('A').replace('alt: A', `alt: ${JSON.stringify(alt)}`),
    });
    expect((await run(project, ['sheet'])).code).toBe(0);
    const html = project.readText(FILE);
    expect(html).not.toContain('<script');
    expect(html).not.toContain('<b>&#39;');
    expect(html).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;');
    const word = `'src/x "a" & <b>'\\''s $HOME.image.yaml'`;
    const escaped = word
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;');
    expect(html).toContain(`<code>npx image-prompt pick ${escaped} 1</code>`);
  });

  it('is the same file for the same store', async () => {
    const project = await createStored();
    for (const file of ['one.html', 'one.png']) {
      await run(project, ['sheet', '--out', file]);
      const before = project.read(file);
      await run(project, ['sheet', '--out', file]);
      expect(project.read(file).equals(before)).toBe(true);
    }
  });

  it('draws a picture with the candidates in it', async () => {
    const project = await createStored();
    const { code, out } = await run(project, ['sheet', '--out', 'sheet.png']);
    expect([code, out]).toEqual([0, 'sheet.png is written: 3 candidates of 1 spec.\n']);
    const sheet = sharp(project.read('sheet.png'));
    const { format, width, height } = await sheet.metadata();
    expect(format).toBe('png');
    expect([width, height]).toEqual([3 * 500 + 2 * 28 + 2 * 56, expect.any(Number)]);
    // Where the middles of the thumbnails are, the sheet has their colours.
    const { all } = await showJson(project);
    for (const [index, { digest }] of all.entries()) {
      const name = originals(project).find((one) => one.includes(digest.slice(0, 16)));
      const left = 56 + index * 528 + 10 + 180;
      const top = height! - 56 - 118 - 10 - 480 + 180;
      const area = { left, top, width: 120, height: 120 };
      const original = sharp(project.read(`${ORIGINALS}/${name}`)).resize(480, 480);
      const middle = sharp(await original.png().toBuffer()).extract({
        ...area,
        left: 180,
        top: 180,
      });
      const [shown, wanted] = [await meanOf(sheet.clone().extract(area)), await meanOf(middle)];
      for (const channel of [0, 1, 2]) {
        expect(Math.abs(shown[channel]! - wanted[channel]!)).toBeLessThan(5);
      }
    }
  });

  it('--json has the shape of the contract', async () => {
    const project = await createStored({ ...THREE, 'b.image.yaml': spec('B') });
    project.write('c.image.yaml', spec('C', 'pick: "abcdef"\n'));
    const { code, json, err } = await run(project, ['sheet', '--json']);
    expect([code, err]).toEqual([2, '']);
    const candidate = {
      number: 1,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      picked: true,
      width: 816,
      height: 816,
      bytes: expect.any(Number),
      usd: 0.01,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    };
    expect(json()).toEqual({
      version: 1,
      file: FILE,
      specs: [
        { file: 'b.image.yaml', pick: 1, candidates: [candidate] },
        { file: 'c.image.yaml', pick: 'abcdef', candidates: [] },
        {
          file: 'src/a.image.yaml',
          pick: 2,
          candidates: [
            { ...candidate, picked: false },
            { ...candidate, number: 2 },
            { ...candidate, number: 3, picked: false },
          ],
        },
      ],
    });
    const [first] = (json()['specs'] as { candidates: object[] }[])[0]!.candidates;
    expect(Object.keys(first!)).toEqual(
      'number digest picked width height bytes usd createdAt requestId'.split(' '),
    );
  });

  it('numbers candidates as pick does, and names only the specs that are named', async () => {
    const project = await createStored({ ...THREE, 'b.image.yaml': spec('B') });
    const { all } = await showJson(project, 'src');
    expect(all.map(({ picked }) => picked)).toEqual([false, true, false]);
    const times = all.map(({ createdAt }) => createdAt);
    expect([...times].sort()).toEqual(times);
    expect(project.readText(FILE)).not.toContain('b.image.yaml');
    for (const { number, digest } of all) {
      const picked = await run(project, ['pick', '--json', 'src/a.image.yaml', `${number}`]);
      expect(picked.json()).toMatchObject({ digest });
    }
  });

  it('says which prices are estimates and which are not known', async () => {
    const project = createProject({
      'image-prompt.config.mjs': configFor(service),
      'p.image.yaml': 'prompt: P\nalt: ""\nmodel: acme/painter\nimage_size: 64x64\n',
    });
    const { code, out } = await run(project, ['sheet']);
    expect([code, out]).toEqual([
      2,
      `${FILE} is written: 0 candidates of 1 spec, 1 spec without any.\n`,
    ]);
    expect(project.readText(FILE)).toContain('missing, price unknown');
    project.write('p.image.yaml', spec('A', 'num_images: 2\n'));
    await run(project, ['sheet']);
    expect(project.readText(FILE)).toContain('missing, $0.02 (estimate)');
    // A record without what was billed, as where the service does not tell.
    await run(project, ['generate', '--yes']);
    for (const [index, usd] of [0.01, null].entries()) {
      const name = project.list(ORIGINALS).filter((one) => one.endsWith('.json'))[index];
      const record = JSON.parse(project.readText(`${ORIGINALS}/${name}`));
      record.cost = { estimatedUsd: usd, billedUsd: null };
      project.write(`${ORIGINALS}/${name}`, JSON.stringify(record));
    }
    expect((await run(project, ['sheet'])).code).toBe(0);
    const html = project.readText(FILE);
    expect(html).toContain(' · $0.01 (estimate)</p>');
    expect(html).toContain(' · price unknown</p>');
  });
});

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
    expect(err).toContain('SPEC_PICK Expected a number from 1 to 3');
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
    [['nothing.image.yaml'], 'received "nothing.image.yaml"'],
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
