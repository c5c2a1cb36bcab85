import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FalOptions, fal } from '../../src/provider/fal.ts';
import { type FalStandIn, startFalStandIn } from '../fal-stand-in/index.mjs';
import { catchError, createFal, createRecipe, KEY, pollToEnd } from './fal-helpers.ts';

let standIn: FalStandIn;
beforeAll(async () => {
  standIn = await startFalStandIn({ keys: [KEY] });
});
afterAll(() => standIn.close());
beforeEach(() => {
  standIn.reset();
  standIn.setOptions({ models: [], urls: 'fal', concurrency: 2, hold: false });
});

describe('a request from submit to bytes', () => {
  it('sends the input as it is with the count, and receives checked pictures', async () => {
    const provider = createFal(standIn);
    const recipe = createRecipe();
    const submission = await provider.submit(recipe, 2, {});
    expect(submission.statusUrl).toBe(
      `https://queue.fal.run/openai/gpt-image-2/requests/${submission.requestId}/status`,
    );
    expect(submission.responseUrl).toMatch(/\/requests\/[0-9a-f-]{36}$/);
    expect(submission.cancelUrl).toMatch(/\/cancel$/);
    const result = await pollToEnd(provider, recipe, submission);
    // 816x816 low: 168 tokens, $0.00504, rounded up to the cent for each picture.
    expect(result.billedUsd).toBe(0.02);
    expect(result.media).toHaveLength(2);
    expect(result.media[0]).toMatchObject({ contentType: 'image/png' });
    const images = await provider.collect(recipe, result, {});
    expect(images.map(({ type, size }) => ({ type, size }))).toEqual(
      Array(2).fill({ type: 'png', size: { width: 816, height: 816 } }),
    );
    expect(images[0]?.bytes.equals(images[1]?.bytes ?? Buffer.alloc(0))).toBe(false);
    expect(standIn.inputs).toEqual([{ ...recipe.input, num_images: 2 }]);
    expect(standIn.stats).toMatchObject({ submits: 1, accepted: 1, billedImages: 2, media: 2 });
  });

  it('finishes in another process from the journal, with the id alone', async () => {
    const recipe = createRecipe();
    const { requestId } = await createFal(standIn).submit(recipe, 1, {});
    const noted = { requestId, statusUrl: null, responseUrl: null, cancelUrl: null };
    const result = await pollToEnd(createFal(standIn), recipe, noted);
    expect(await createFal(standIn).collect(recipe, result, {})).toHaveLength(1);
  });

  it('follows URLs that the service names at the base URL', async () => {
    standIn.setOptions({ urls: 'base' });
    const provider = createFal(standIn);
    const recipe = createRecipe();
    const submission = await provider.submit(recipe, 1, {});
    expect(submission.statusUrl).toMatch(`${standIn.baseUrl}/openai/`);
    const result = await pollToEnd(provider, recipe, submission);
    expect(result.media[0]?.url).toMatch(`${standIn.baseUrl}/v3b.fal.media/`);
    expect(await provider.collect(recipe, result, {})).toHaveLength(1);
  });

  it('polls the edit endpoint at owner/app', async () => {
    const provider = createFal(standIn);
    const picture = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const url = `data:image/png;base64,${picture.toString('base64')}`;
    const input = { ...createRecipe().input, image_urls: [url] };
    const recipe = createRecipe({ model: 'openai/gpt-image-2/edit', input });
    const { requestId } = await provider.submit(recipe, 1, {});
    const noted = { requestId, statusUrl: null, responseUrl: null, cancelUrl: null };
    expect((await pollToEnd(provider, recipe, noted)).media).toHaveLength(1);
  });

  it('takes pictures that come inside the result', async () => {
    const provider = createFal(standIn);
    const recipe = createRecipe({ input: { ...createRecipe().input, sync_mode: true } });
    const result = await pollToEnd(provider, recipe, await provider.submit(recipe, 1, {}));
    expect(await provider.collect(recipe, result, {})).toHaveLength(1);
    expect(standIn.stats.media).toBe(0);
  });

  it('says where a request waits and that it runs', async () => {
    standIn.setOptions({ concurrency: 1, hold: true });
    const provider = createFal(standIn);
    const recipe = createRecipe();
    const first = await provider.submit(recipe, 1, {});
    const second = await provider.submit(recipe, 1, {});
    await expect.poll(() => provider.poll(recipe, first, {})).toEqual({ state: 'running' });
    expect(await provider.poll(recipe, second, {})).toEqual({ state: 'queued', position: 0 });
    expect(await provider.cancel?.(recipe, first, {})).toBe(false);
    expect(await provider.cancel?.(recipe, second, {})).toBe(true);
    expect(await provider.cancel?.(recipe, second, {})).toBe(false);
    const error = await catchError(provider.poll(recipe, second, {}));
    expect(error).toMatchObject({ code: 'PROVIDER_GONE', ended: true });
    standIn.setOptions({ hold: false });
    await standIn.idle();
  });

  it('does not take the units of another model for dollars', async () => {
    standIn.setOptions({ models: ['acme/painter'] });
    const provider = createFal(standIn);
    const recipe = createRecipe({ model: 'acme/painter' });
    expect(provider.quote(recipe, 1)).toEqual({ usd: null });
    const result = await pollToEnd(provider, recipe, await provider.submit(recipe, 1, {}));
    expect(result.billedUsd).toBeNull();
  });

  it('keeps concurrent requests apart', async () => {
    standIn.setOptions({ concurrency: 8 });
    const provider = createFal(standIn);
    const results = await Promise.all(
      (['low', 'medium', 'high'] as const).map(async (quality) => {
        const recipe = createRecipe({ input: { ...createRecipe().input, quality } });
        const result = await pollToEnd(provider, recipe, await provider.submit(recipe, 1, {}));
        return [result.billedUsd, provider.quote(recipe, 1).usd];
      }),
    );
    for (const [billed, quoted] of results) expect(billed).toBe(quoted);
    expect(new Set(results.map(([billed]) => billed)).size).toBe(3);
  });
});

describe('the key', () => {
  it('goes to the service and never to a media host, nor do headers of the user', async () => {
    const provider = createFal(standIn, { headers: { 'X-Team': 'marked-header' } });
    const recipe = createRecipe();
    const result = await pollToEnd(provider, recipe, await provider.submit(recipe, 1, {}));
    await provider.collect(recipe, result, {});
    await provider.find?.(recipe, new Date().toISOString(), {});
    const calls = new Map(standIn.requests.map((request) => [request.stage, request.headers]));
    for (const stage of ['submit', 'status', 'result', 'history'] as const) {
      expect(calls.get(stage)).toMatchObject({
        authorization: `Key ${KEY}`,
        'x-team': 'marked-header',
      });
    }
    expect(calls.get('submit')).toMatchObject({ 'content-type': 'application/json' });
    expect(calls.get('media')).toBeDefined();
    expect(JSON.stringify(calls.get('media'))).not.toMatch(/marked-/);
    expect(calls.get('media')).not.toHaveProperty('authorization');
    // The bodies and paths carry none either.
    const rest = standIn.requests.map(({ path, body }) => ({ path, body }));
    expect(JSON.stringify(rest)).not.toMatch(/marked-key/);
  });

  it.each([
    ['FAL_KEY', { FAL_KEY: `${KEY}\n` }],
    [
      'FAL_KEY_ID and FAL_KEY_SECRET',
      { FAL_KEY_ID: KEY.split(':')[0], FAL_KEY_SECRET: KEY.split(':')[1] },
    ],
  ])('comes from %s, read when it is used', async (_name, variables) => {
    const env: Record<string, string | undefined> = {};
    const provider = fal({}, env);
    expect(provider.unavailable()).toMatch('FAL_KEY');
    expect(provider.account()).toBeNull();
    const missing = await catchError(provider.submit(createRecipe(), 1, {}));
    expect(missing).toMatchObject({ code: 'PROVIDER_NO_KEY', ended: true });
    Object.assign(env, variables, { IMAGE_PROMPT_FAL_BASE_URL: `${standIn.baseUrl}/` });
    expect(provider.unavailable()).toBeNull();
    expect(provider.account()).toMatch(/^[0-9a-f]{8}$/);
    await provider.submit(createRecipe(), 1, {});
    expect(standIn.stats.accepted).toBe(1);
  });

  it('is not sent when it cannot be a header', async () => {
    const error = await catchError(
      createFal(standIn, { credentials: 'a\nb' }).submit(createRecipe(), 1, {}),
    );
    expect(error.code).toBe('PROVIDER_AUTH');
    expect(standIn.stats.submits).toBe(0);
  });
});

describe('options', () => {
  it.each<FalOptions>([
    { baseUrl: 'ftp://example.com' },
    { baseUrl: 'https://user:secret@example.com' },
    { timeout: 0 },
    { callTimeout: Number.NaN },
    { headers: { authorization: 'Bearer x' } },
    { headers: { 'bad name': 'x' } },
  ])('refuses %j', (options) => {
    expect(() => fal(options, {})).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  it('has the defaults of the contract', () => {
    const provider = fal({}, {});
    expect([provider.name, provider.paid, provider.timeout]).toEqual(['fal', true, 600_000]);
    expect(provider.pollDelay(0)).toBe(500);
    expect(provider.pollDelay(100)).toBe(2_000);
    expect(fal({ pollInterval: 4 }, {}).pollDelay(100)).toBe(16);
  });

  it('notices a picture at most 4 % late, or half a second for the quickest', () => {
    const provider = fal({}, {});
    let waited = 0;
    for (let attempt = 0; attempt < 200; attempt++) {
      const delay = provider.pollDelay(attempt);
      expect(delay).toBeLessThanOrEqual(Math.max(500, waited * 0.0401));
      waited += delay;
    }
    expect(waited).toBeGreaterThan(300_000);
  });

  it('quotes the published price', () => {
    const input = {
      ...createRecipe().input,
      image_size: { width: 1024, height: 1536 },
      quality: 'high',
    };
    expect(fal({}, {}).quote(createRecipe({ input }), 2)).toEqual({ usd: 0.34 });
  });
});
