import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fal } from '../../src/provider/fal.ts';
import { type UploadOutcome, uploadToFal } from '../../src/provider/fal-client.ts';
import type { EditInput } from '../../src/provider/types.ts';
import { priceOf } from '../../src/recipe/price.ts';
import type { Recipe } from '../../src/recipe/types.ts';
import { type FalStandIn, startFalStandIn } from '../fal-stand-in/index.mjs';
import { createEdit, createForeignEdit, createMask, createPhoto, toInput } from './edit-helpers.ts';
import { catchError, createFal, createTools, KEY, pollToEnd } from './fal-helpers.ts';

let standIn: FalStandIn;
let [blue, green]: EditInput[] = [];
beforeAll(async () => {
  standIn = await startFalStandIn({ keys: [KEY], models: ['acme/painter/edit'] });
  [blue, green] = [await createPhoto('#0000ff'), await createPhoto('#00ff00')];
});
afterAll(() => standIn.close());
beforeEach(() => {
  standIn.reset();
  standIn.setOptions({ uploadLifeMs: null, latencyMs: 0, urls: 'fal' });
});

/** Input of the last accepted job. */
const sent = (): Record<string, unknown> => standIn.inputs.at(-1) ?? {};
/** What the model finds at a URL that was sent. */
function uploaded(url: unknown): Buffer {
  const bytes = standIn.uploaded(String(url));
  if (bytes === null) throw new Error(`Expected an upload at ${String(url)}.`);
  return bytes;
}
const urlsOf = (input = sent()): string[] => input['image_urls'] as string[];

async function pixel(bytes: Buffer, left: number, top: number): Promise<number[]> {
  return [...(await sharp(bytes).extract({ left, top, width: 1, height: 1 }).raw().toBuffer())];
}

describe('the edit endpoint', () => {
  it('gets its pictures in order and its mask, and makes a picture for the estimated price', async () => {
    const provider = createFal(standIn);
    const mask = await createMask('alpha');
    const { recipe, inputs } = createEdit([green!, blue!], mask);
    await provider.prepare?.(recipe, { inputs });
    expect(standIn.stats).toMatchObject({ uploads: 3, puts: 3, submits: 0 });
    const submission = await provider.submit(recipe, 2, { inputs });
    const result = await pollToEnd(provider, recipe, submission);
    expect(await provider.collect(recipe, result, {})).toHaveLength(2);
    expect(sent()).toEqual({
      ...recipe.input,
      num_images: 2,
      image_urls: [expect.stringMatching(/^https:/), expect.stringMatching(/^https:/)],
      mask_url: expect.stringMatching(/^https:/),
    });
    expect(urlsOf().map((url) => uploaded(url).equals(green!.bytes))).toEqual([true, false]);
    expect(uploaded(urlsOf()[1])).toEqual(blue!.bytes);
    expect(uploaded(sent()['mask_url'])).toEqual(mask.bytes);
    // The smallest square in low quality is a cent, and so is each of the three files.
    expect(priceOf(recipe, 2)).toBe(0.08);
    expect(provider.quote(recipe, 2)).toEqual({ usd: 0.08 });
    expect(result.billedUsd).toBe(0.08);
    expect(standIn.stats).toMatchObject({ uploads: 3, submits: 1, billedUsd: 0.08 });
  });

  it('gets no mask where there is none', async () => {
    const { recipe, inputs } = createEdit([blue!]);
    await createFal(standIn).submit(recipe, 1, { inputs });
    expect(sent()).not.toHaveProperty('mask_url');
    expect(urlsOf()).toHaveLength(1);
  });

  it('takes the first sixteen and refuses a seventeenth before anything is sent', async () => {
    const all = await Promise.all(
      Array.from({ length: 17 }, (_, at) => createPhoto(`rgb(0, ${at}, 0)`)),
    );
    const provider = createFal(standIn);
    const many = createEdit(all);
    const error = await catchError(provider.submit(many.recipe, 1, { inputs: many.inputs }));
    expect(error).toMatchObject({ code: 'SPEC_EDIT', ended: true });
    expect(error.message).toMatch('at most 16 pictures to edit, received 17');
    expect(standIn.requests).toEqual([]);
    const most = createEdit(all.slice(0, 16));
    await pollToEnd(
      provider,
      most.recipe,
      await provider.submit(most.recipe, 1, { inputs: most.inputs }),
    );
    expect(urlsOf()).toHaveLength(16);
  });

  it.each(['fal', 'base'] as const)('takes URLs that name %s hosts', async (urls) => {
    standIn.setOptions({ urls });
    const provider = createFal(standIn);
    const { recipe, inputs } = createEdit([blue!], await createMask('grey'));
    const submission = await provider.submit(recipe, 1, { inputs });
    expect((await pollToEnd(provider, recipe, submission)).media).toHaveLength(1);
  });
});

describe('another endpoint', () => {
  it('gets URLs where the names of its fields hold references, and the files as they are', async () => {
    const mask = await createMask('grey');
    const { recipe, inputs } = createForeignEdit([blue!, green!, blue!], mask);
    const provider = createFal(standIn);
    await pollToEnd(provider, recipe, await provider.submit(recipe, 1, { inputs }));
    const { base, references, stencil, ...rest } = sent() as {
      base: { picture: string };
      references: string[];
      stencil: string;
    };
    expect(uploaded(base.picture)).toEqual(blue!.bytes);
    expect(references.map(uploaded)).toEqual([green!.bytes, blue!.bytes]);
    expect(references[1]).toBe(base.picture);
    expect(uploaded(stencil)).toEqual(mask.bytes);
    expect(rest).toMatchObject({ note: recipe.input['note'] });
    expect(rest).not.toHaveProperty('image_urls');
    expect(standIn.stats.uploads).toBe(3);
  });

  it('never gets a reference to a file that the edit does not list', async () => {
    const { recipe, inputs } = createForeignEdit([blue!], await createMask('grey'));
    const input = { ...recipe.input, other: [`sha256:${'0'.repeat(64)}`] };
    const error = await catchError(createFal(standIn).submit({ ...recipe, input }, 1, { inputs }));
    expect(error).toMatchObject({ code: 'SPEC_EDIT', ended: true });
    expect(standIn.requests).toEqual([]);
  });
});

describe('uploads', () => {
  it('are made once per file, for requests at the same time and for later ones', async () => {
    standIn.setOptions({ latencyMs: 20 });
    const provider = createFal(standIn);
    const one = createEdit([blue!, green!, blue!]);
    const other = createEdit([green!], null, { revision: '2' });
    await Promise.all([
      provider.submit(one.recipe, 1, { inputs: one.inputs }),
      provider.submit(other.recipe, 1, { inputs: other.inputs }),
    ]);
    await provider.submit(other.recipe, 1, { inputs: other.inputs });
    expect(standIn.stats).toMatchObject({ uploads: 2, puts: 2, submits: 3 });
    const [long] = standIn.inputs.filter((input) => urlsOf(input).length === 3);
    expect(urlsOf(long)[0]).toBe(urlsOf(long)[2]);
  });

  it('live a day, and are made anew after half of it', async () => {
    const tools = createTools();
    const provider = fal({ credentials: KEY, baseUrl: standIn.baseUrl }, {}, tools);
    const { recipe, inputs } = createEdit([blue!]);
    await provider.prepare?.(recipe, { inputs });
    const [initiate] = standIn.requests;
    expect(initiate?.headers['x-fal-object-lifecycle']).toBe(
      '{"expiration_duration_seconds":86400}',
    );
    expect(initiate?.body).toEqual({
      content_type: 'image/png',
      file_name: `${blue!.digest.slice(0, 32)}.png`,
    });
    tools.clock.ahead = 11.9 * 3_600_000;
    await provider.prepare?.(recipe, { inputs });
    expect(standIn.stats.uploads).toBe(1);
    tools.clock.ahead = 12.1 * 3_600_000;
    await provider.prepare?.(recipe, { inputs });
    expect(standIn.stats.uploads).toBe(2);
  });

  it('are forgotten when the service could not read one, which costs nothing', async () => {
    const provider = createFal(standIn);
    const { recipe, inputs } = createEdit([blue!, green!]);
    standIn.setFaults([{ stage: 'upload-put', kind: 'expired' }]);
    const lost = await provider.submit(recipe, 1, { inputs });
    const error = await catchError(pollToEnd(provider, recipe, lost));
    expect(error).toMatchObject({ code: 'PROVIDER_INVALID', ended: true });
    expect(error.message).toMatch('file_download_error');
    expect(standIn.stats).toMatchObject({ uploads: 2, billedImages: 0 });
    const again = await provider.submit(recipe, 1, { inputs });
    expect((await pollToEnd(provider, recipe, again)).media).toHaveLength(1);
    expect(standIn.stats).toMatchObject({ uploads: 4, billedImages: 1 });
  });

  it('carry the key to the service only, and the headers of the user neither', async () => {
    const provider = createFal(standIn, { headers: { 'x-team': 'marked-team' } });
    const { recipe, inputs } = createEdit([blue!], await createMask('alpha'));
    await provider.submit(recipe, 1, { inputs });
    const puts = standIn.requests.filter(({ stage }) => stage === 'upload-put');
    expect(puts).toHaveLength(2);
    for (const { host, headers, path } of puts) {
      expect(host).toBe('v3b.fal.media');
      expect(`${path} ${JSON.stringify(headers)}`).not.toMatch(/marked|authorization/i);
      expect(headers['content-type']).toBe('image/png');
    }
    const initiates = standIn.requests.filter(({ stage }) => stage === 'upload');
    expect(initiates.map(({ host }) => host)).toEqual(['rest.fal.ai', 'rest.fal.ai']);
    for (const { headers } of initiates) {
      expect(headers).toMatchObject({ authorization: `Key ${KEY}`, 'x-team': 'marked-team' });
    }
  });

  it.each([
    'https://marked-user:secret@v3b.fal.media/files/upload/x/y.png',
    'http://v3b.fal.media/files/upload/x/y.png',
    'https://127.0.0.1/files/upload/x/y.png',
    'https://[::1]/files/upload/x/y.png',
    'https://localhost/files/upload/x/y.png',
    'file:///etc/passwd',
    'nonsense',
    7,
  ])('go to no place such as %s', async (place) => {
    const { recipe, inputs } = createEdit([blue!]);
    const fine = 'https://v3b.fal.media/files/b/x/y.png';
    for (const body of [
      { upload_url: place, file_url: fine },
      { upload_url: 'https://v3b.fal.media/files/upload/x/y.png', file_url: place },
    ]) {
      standIn.reset();
      standIn.setFaults([
        { stage: 'upload', kind: 'http', status: 200, body, times: 9 },
        { stage: 'upload-put', kind: 'http', status: 200, body: {}, times: 9 },
      ]);
      const error = await catchError(createFal(standIn).submit(recipe, 1, { inputs }));
      expect(error).toMatchObject({ code: 'PROVIDER_RESPONSE', ended: true });
      expect(standIn.stats).toMatchObject({ uploads: 1, submits: 0 });
      expect(standIn.stats.puts).toBe(body.file_url === place ? 1 : 0);
    }
  });
});

describe('an upload that fails', () => {
  const FAULTS = [
    { stage: 'upload', kind: 'reset' },
    { stage: 'upload', kind: 'internal_error' },
    { stage: 'upload', kind: 'nginx-502' },
    { stage: 'upload', kind: 'concurrent_requests_limit' },
    { stage: 'upload-put', kind: 'reset' },
    { stage: 'upload-put', kind: 'internal_error' },
    { stage: 'upload-put', kind: 'forbidden' },
    { stage: 'upload-put', kind: 'hang' },
  ] as const;

  it.each(FAULTS)('at $stage by $kind is tried again', async (fault) => {
    standIn.setFaults([fault]);
    const { recipe, inputs } = createEdit([blue!]);
    const callTimeout = fault.kind === 'hang' ? 100 : 5_000;
    const provider = createFal(standIn, { callTimeout });
    await provider.prepare?.(recipe, { inputs });
    expect(standIn.stats).toMatchObject({ uploads: 2, submits: 0 });
  });

  it.each(FAULTS)(
    'at $stage by $kind for good sends nothing, and is not remembered',
    async (fault) => {
      standIn.setFaults([{ ...fault, times: 4 }]);
      const { recipe, inputs } = createEdit([blue!, green!].slice(0, 1));
      const provider = createFal(standIn, { callTimeout: fault.kind === 'hang' ? 100 : 5_000 });
      const error = await catchError(provider.submit(recipe, 1, { inputs }));
      expect(error.code).toBe(fault.kind === 'hang' ? 'PROVIDER_TIMEOUT' : 'PROVIDER_UNAVAILABLE');
      expect(error.ended).toBe(true);
      expect(error.message).toMatch('a file of the edit was not uploaded, and nothing was sent');
      expect(standIn.stats).toMatchObject({ uploads: 4, submits: 0, billedUsd: 0 });
      await provider.submit(recipe, 1, { inputs });
      expect(standIn.stats).toMatchObject({ uploads: 5, submits: 1 });
    },
  );

  it.each([
    ['upload', 'invalid_key', 'PROVIDER_AUTH'],
    ['upload', 'exhausted_balance', 'PROVIDER_BALANCE'],
    ['upload', 'too_large', 'PROVIDER_INVALID'],
    ['upload-put', 'too_large', 'PROVIDER_INVALID'],
  ] as const)('at %s by %s is not tried again', async (stage, kind, code) => {
    standIn.setFaults([{ stage, kind, times: 9 }]);
    const { recipe, inputs } = createEdit([blue!]);
    const error = await catchError(
      Promise.resolve(createFal(standIn).prepare?.(recipe, { inputs })),
    );
    expect(error).toMatchObject({ code, ended: true });
    expect(standIn.stats).toMatchObject({ uploads: 1, submits: 0 });
  });

  it('may be slow', async () => {
    standIn.setFaults([{ stage: 'upload-put', kind: 'delay', ms: 150 }]);
    const { recipe, inputs } = createEdit([blue!]);
    await createFal(standIn).submit(recipe, 1, { inputs });
    expect(standIn.stats).toMatchObject({ uploads: 1, submits: 1 });
  });

  it('ends for the one who was stopped, and goes on for the other', async () => {
    standIn.setFaults([{ stage: 'upload-put', kind: 'delay', ms: 150 }]);
    const provider = createFal(standIn);
    const { recipe, inputs } = createEdit([blue!]);
    const controller = new AbortController();
    const first = provider.prepare?.(recipe, { inputs, signal: controller.signal });
    const second = provider.prepare?.(recipe, { inputs });
    setTimeout(() => controller.abort(new Error('enough')), 50);
    await expect(first).rejects.toThrow('enough');
    await second;
    expect(standIn.stats).toMatchObject({ uploads: 1, puts: 1 });
  });
});

describe('an upload in parts', () => {
  /** More than the client puts at once. */
  const SIZE = 91 * 1024 * 1024;
  const upload = (): Promise<UploadOutcome> =>
    uploadToFal(
      {
        key: KEY,
        secrets: [KEY],
        baseUrl: standIn.baseUrl,
        headers: { 'x-team': 'marked-team' },
        callTimeout: 30_000,
        tools: createTools(),
      },
      { file: new File([Buffer.alloc(SIZE, 7)], 'large.png', { type: 'image/png' }), seconds: 60 },
    );

  it('arrives whole, and carries the key to the service only', async () => {
    const made = await upload();
    if (!('url' in made)) throw new Error('Expected a URL.');
    expect(uploaded(made.url)).toHaveLength(SIZE);
    const puts = standIn.requests.filter(({ stage }) => stage === 'upload-put');
    expect(puts).toHaveLength(11);
    expect(JSON.stringify(puts.map(({ headers }) => headers))).not.toMatch(/marked|authorization/i);
  });

  it('ends with the first part that fails: trying again is not the business of the client', async () => {
    standIn.setFaults([{ stage: 'upload-put', kind: 'internal_error', times: 9 }]);
    expect(await upload()).toMatchObject({ stage: 'put', outcome: { status: 500 } });
    expect(standIn.stats).toMatchObject({ uploads: 1, puts: 1 });
  });
});

describe('files that do not fit', () => {
  it('are refused before anything is sent', async () => {
    const provider = createFal(standIn);
    const refuse = async (recipe: Recipe, inputs?: object): Promise<string> => {
      const call = inputs === undefined ? {} : { inputs: inputs as never };
      const error = await catchError(provider.submit(recipe, 1, call));
      expect(error.code).toBe('SPEC_EDIT');
      return error.message;
    };
    const { recipe, inputs } = createEdit([blue!, green!], await createMask('grey'));
    expect(await refuse(recipe)).toMatch('received none');
    expect(await refuse(recipe, { ...inputs, mask: null })).toMatch('received others');
    expect(await refuse(recipe, { ...inputs, images: [green!, blue!] })).toMatch('received others');
    const small = createEdit([blue!], await createMask('grey', { width: 40, height: 60 }));
    expect(await refuse(small.recipe, small.inputs)).toMatch('a mask of 60×40');
    const opaque = createEdit([blue!], green!);
    expect(await refuse(opaque.recipe, opaque.inputs)).toMatch('opaque colour picture');
    const torn = createEdit([toInput(blue!.bytes.subarray(0, 90))]);
    expect(await refuse(torn.recipe, torn.inputs)).toMatch('damaged');
    expect(standIn.requests).toEqual([]);
  });

  it('are not looked for where the recipe has none', async () => {
    const { recipe } = createEdit([], null, { model: 'openai/gpt-image-2' });
    const provider = createFal(standIn);
    await provider.prepare?.(recipe, {});
    await provider.submit(recipe, 1, {});
    expect(sent()).toEqual({ ...recipe.input, num_images: 1 });
    expect(standIn.stats).toMatchObject({ uploads: 0, submits: 1 });
  });
});

describe('what is sent of a file', () => {
  async function prepareOne(image: EditInput, mask: EditInput | null = null): Promise<Buffer[]> {
    const provider = createFal(standIn);
    const { recipe, inputs } = createEdit([image], mask);
    await pollToEnd(provider, recipe, await provider.submit(recipe, 1, { inputs }));
    const urls = [...urlsOf(), ...(mask ? [sent()['mask_url']] : [])];
    return urls.map(uploaded);
  }

  it('is the very file where it stands upright', async () => {
    for (const format of ['png', 'jpeg', 'webp'] as const) {
      const image = await createPhoto('#0000ff', { format, orientation: 1 });
      expect((await prepareOne(image))[0]).toEqual(image.bytes);
    }
  });

  it.each(['jpeg', 'png', 'webp'] as const)(
    'is a %s turned upright, in the same way each time',
    async (format) => {
      // Turned by a quarter: what is stored on the left is seen at the top.
      const image = await createPhoto('#0000ff', { format, orientation: 6 });
      const [first] = await prepareOne(image);
      const seen = await sharp(first).metadata();
      expect(seen).toMatchObject({ width: 40, height: 60, format });
      expect(seen.orientation ?? 1).toBe(1);
      const [red, , blueOfTop] = await pixel(first!, 20, 5);
      expect(red).toBeGreaterThan(240);
      expect(blueOfTop).toBeLessThan(20);
      expect((await pixel(first!, 20, 55))[2]).toBeGreaterThan(240);
      expect(urlsOf()[0]).toMatch(image.digest.slice(0, 32));
      expect((await prepareOne(image))[0]).toEqual(first);
    },
  );

  it.each(['png', 'jpeg', 'webp'] as const)(
    'is a mask that is transparent where a grey %s is white',
    async (format) => {
      const [, mask] = await prepareOne(blue!, await createMask('grey', { format }));
      expect(await sharp(mask).metadata()).toMatchObject({
        format: 'png',
        width: 60,
        hasAlpha: true,
      });
      expect((await pixel(mask!, 5, 20))[3]).toBeLessThan(3);
      expect((await pixel(mask!, 50, 20))[3]).toBeGreaterThan(252);
    },
  );

  it('is a mask with transparency as it is, and one of another format as a png', async () => {
    const mask = await createMask('alpha');
    expect((await prepareOne(blue!, mask))[1]).toEqual(mask.bytes);
    const [, webp] = await prepareOne(blue!, await createMask('alpha', { format: 'webp' }));
    expect((await sharp(webp).metadata()).format).toBe('png');
    expect((await pixel(webp!, 5, 20))[3]).toBe(0);
    expect((await pixel(webp!, 50, 20))[3]).toBe(255);
  });

  it('is a mask beside a picture that was turned', async () => {
    const image = await createPhoto('#0000ff', { format: 'jpeg', orientation: 6 });
    const [picture, mask] = await prepareOne(
      image,
      await createMask('grey', { width: 40, height: 60 }),
    );
    const [a, b] = [await sharp(picture).metadata(), await sharp(mask).metadata()];
    expect([a.width, a.height]).toEqual([b.width, b.height]);
  });
});

describe('find', () => {
  const NOW = new Date().toISOString();

  it('adopts an edit of ours in another process, whose URLs it never saw', async () => {
    const mask = await createMask('grey');
    for (const { recipe, inputs } of [
      createEdit([blue!, green!], mask),
      createForeignEdit([blue!, green!], mask),
    ]) {
      standIn.reset();
      standIn.setFaults([{ stage: 'submit', kind: 'reset', accepted: true }]);
      await catchError(createFal(standIn).submit(recipe, 1, { inputs }));
      const provider = createFal(standIn);
      const found = await provider.find?.(recipe, NOW, {});
      if (!found) throw new Error('Expected the request.');
      expect((await pollToEnd(provider, recipe, found)).media).toHaveLength(1);
      expect(standIn.stats).toMatchObject({ submits: 1, accepted: 1, uploads: 3 });
    }
  });

  it('does not take the same words with other pictures, order, number or mask for ours', async () => {
    const mask = await createMask('grey');
    const other = await createMask('alpha');
    const ours = createEdit([blue!, green!], mask).recipe;
    const foreign = createForeignEdit([blue!, green!], mask).recipe;
    const provider = createFal(standIn);
    for (const { recipe, inputs } of [
      createEdit([green!, blue!], mask),
      createEdit([blue!], mask),
      createEdit([blue!, green!, green!], mask),
      createEdit([blue!, green!], other),
      createEdit([blue!, green!]),
      createForeignEdit([green!, blue!], mask),
      createForeignEdit([blue!, green!], other),
    ]) {
      await provider.submit(recipe, 1, { inputs });
    }
    expect(standIn.stats.accepted).toBe(7);
    expect(await provider.find?.(ours, NOW, {})).toBeNull();
    expect(await provider.find?.(foreign, NOW, {})).toBeNull();
    standIn.reset();
    const masked = createEdit([blue!, green!], mask);
    await provider.submit(masked.recipe, 1, { inputs: masked.inputs });
    expect(await provider.find?.(createEdit([blue!, green!]).recipe, NOW, {})).toBeNull();
    expect(await provider.find?.(masked.recipe, NOW, {})).not.toBeNull();
  });

  it('adopts nothing where the service kept no names: another edit may have the same words', async () => {
    const { recipe } = createEdit([blue!]);
    const item = {
      request_id: '0b6a2a51-4f65-4a39-9b8c-0a6a5d3c1e11',
      sent_at: new Date().toISOString(),
      json_input: { ...recipe.input, image_urls: ['https://v3b.fal.media/files/b/x/1764.png'] },
    };
    const answer = (input: object): void =>
      standIn.setFaults([
        {
          stage: 'history',
          kind: 'http',
          status: 200,
          body: { items: [{ ...item, json_input: { ...item.json_input, ...input } }] },
        },
      ]);
    answer({});
    expect(await createFal(standIn).find?.(recipe, NOW, {})).toBeNull();
    answer({ image_urls: ['https://['] });
    expect(await createFal(standIn).find?.(recipe, NOW, {})).toBeNull();
    answer({ image_urls: [`https://v3b.fal.media/files/b/x/q_${blue!.digest.slice(0, 32)}.png`] });
    expect(await createFal(standIn).find?.(recipe, NOW, {})).toMatchObject({
      requestId: item.request_id,
    });
  });
});
