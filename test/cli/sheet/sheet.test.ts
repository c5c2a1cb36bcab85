import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { originals, spec, startService } from '../../engine/helpers.ts';
import type { FalStandIn } from '../../fal-stand-in/index.mjs';
import { createProject, type Project } from '../../helpers/project.ts';
import { configFor, run } from '../helpers.ts';
import {
  createStored as createStoredFor,
  FILE,
  meanOf,
  ORIGINALS,
  showJson,
  THREE,
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
    expect(code).toBe(1);
    expect(err.match(/SPEC_PICK/g)).toHaveLength(1);
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
