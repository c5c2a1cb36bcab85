import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { drawSketch } from '../../src/provider/sketch/draw.ts';
import { sketch } from '../../src/provider/sketch.ts';
import { keyOf } from '../../src/recipe/key.ts';
import type { Recipe } from '../../src/recipe/types.ts';

function recipeOf(prompt: string, width: number, height: number, more: object = {}): Recipe {
  return {
    v: 1,
    provider: 'sketch',
    model: 'openai/gpt-image-2',
    input: { prompt, image_size: { width, height }, quality: 'high', ...more },
    files: { images: [], mask: null },
    revision: null,
  };
}

async function generate(recipe: Recipe, count: number, have?: number) {
  const provider = sketch();
  const call = have === undefined ? {} : { have };
  const submission = await provider.submit(recipe, count, call);
  // What a resumed run has is what the journal kept: plain JSON, and another provider object.
  const kept = JSON.parse(JSON.stringify(submission)) as typeof submission;
  const progress = await sketch().poll(recipe, kept, {});
  if (progress.state !== 'completed') throw new Error('a sketch is done at once');
  const images = await sketch().collect(recipe, progress.result, {});
  return { submission, result: progress.result, images };
}

describe('the pictures of sketch()', () => {
  test.each([
    [816, 816, 'png'],
    [1088, 608, 'jpeg'],
    [1200, 640, 'webp'],
    [480, 1440, 'png'],
    [1440, 480, 'png'],
    [1536, 1024, undefined],
    [3840, 2160, 'jpeg'],
    [64, 64, 'png'],
  ])(
    '%i×%i %s has exactly the size and format that was asked for',
    async (width, height, format) => {
      const recipe = recipeOf(
        'A quiet café',
        width,
        height,
        format ? { output_format: format } : {},
      );
      const { images } = await generate(recipe, 1);
      const [image] = images;
      const read = await sharp(image!.bytes).metadata();
      expect([read.width, read.height, read.format]).toEqual([width, height, format ?? 'png']);
      expect([image!.size, image!.type]).toEqual([{ width, height }, format ?? 'png']);
      // Opaque, so that the fallback format of the page is jpeg as for any photograph.
      expect(read.hasAlpha).toBe(false);
    },
  );

  test('the same recipe gives the same bytes, another recipe another picture', async () => {
    const recipe = recipeOf('Tea bowls', 320, 240);
    const bytes = await drawSketch(recipe);
    expect(await drawSketch(recipe)).toEqual(bytes);
    expect(await drawSketch({ ...recipe, revision: '2' })).not.toEqual(bytes);
    expect(await drawSketch(recipeOf('Tea bowl', 320, 240))).not.toEqual(bytes);
  });

  test('candidates differ from each other, also those that are asked for later', async () => {
    const recipe = recipeOf('Tea bowls', 320, 240);
    const first = await generate(recipe, 3);
    const later = await generate(recipe, 2, 3);
    const all = [...first.images, ...later.images].map((image) => image.bytes.toString('base64'));
    expect(new Set(all).size).toBe(5);
    expect(later.images[0]!.bytes).toEqual(await drawSketch(recipe, { index: 3 }));
  });

  test('a badge changes the picture and nothing else', async () => {
    const recipe = { ...recipeOf('Tea', 320, 240), provider: 'fal' };
    const plain = await drawSketch(recipe);
    const marked = await drawSketch(recipe, { badge: 'not generated · $0.05' });
    expect(marked).not.toEqual(plain);
    expect((await sharp(marked).metadata()).width).toBe(320);
    expect(await drawSketch(recipe, { badge: ' ' })).toEqual(plain);
  });

  test.each([
    ['a very long prompt', 'lantern light '.repeat(2400)],
    ['one endless word', 'x'.repeat(32_000)],
    ['markup', `</text><script>alert("1")</script> & ]]> <!-- ' %`],
    ['right to left', 'בית תה שקט בערב, مقهى هادئ عند الغروب'],
    ['Japanese', '夜の静かな茶屋、雨に濡れた石畳にネオンが映る。'.repeat(20)],
    ['emoji and marks', '🍵👩🏽‍🍳🇯🇵 tea é̂̃ Zalgo z̸̢̛͇ — ok'],
    ['control characters', 'a\u0000b\u0007c\u000bd\ufffe'],
    ['nothing to see', ' \n\u200b\t '],
  ])('%s does no harm', async (_, prompt) => {
    for (const [width, height] of [
      [320, 960],
      [960, 320],
    ] as const) {
      const bytes = await drawSketch(recipeOf(prompt, width, height));
      expect((await sharp(bytes).metadata()).height).toBe(height);
    }
  });
});

describe('sketch() as a provider', () => {
  test('is free, and always there', () => {
    const provider = sketch();
    expect([provider.name, provider.paid, provider.unavailable(), provider.account()]).toEqual([
      'sketch',
      false,
      null,
      null,
    ]);
    expect(provider.quote(recipeOf('Tea', 320, 240), 4)).toEqual({ usd: 0 });
    expect(provider.pollDelay(3)).toBe(0);
  });

  test('names each request by the key, the count and what is there already', async () => {
    const recipe = recipeOf('Tea', 320, 240);
    const submit = (count: number, have?: number) =>
      sketch().submit(recipe, count, have === undefined ? {} : { have });
    const { requestId } = await submit(1);
    expect(requestId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect((await submit(1, 0)).requestId).toBe(requestId);
    expect((await submit(2)).requestId).not.toBe(requestId);
    expect((await submit(1, 1)).requestId).not.toBe(requestId);
  });

  test('completes at once, with plain data', async () => {
    const recipe = recipeOf('Tea', 320, 240, { output_format: 'webp' });
    const { result } = await generate(recipe, 2, 1);
    const url = `sketch:${keyOf(recipe)}`;
    expect(result).toEqual({
      billedUsd: 0,
      media: [
        { url: `${url}/1`, contentType: 'image/webp' },
        { url: `${url}/2`, contentType: 'image/webp' },
      ],
    });
  });

  test('does not answer for a request of another recipe', async () => {
    const [one, other] = [recipeOf('Tea', 320, 240), recipeOf('Coffee', 320, 240)];
    const { submission, result } = await generate(one, 1);
    const expected = expect.objectContaining({ code: 'PROVIDER_RESPONSE' });
    await expect(sketch().poll(other, submission, {})).rejects.toEqual(expected);
    await expect(sketch().collect(other, result, {})).rejects.toEqual(expected);
    const broken = { ...submission, responseUrl: null };
    await expect(sketch().poll(one, broken, {})).rejects.toEqual(expected);
  });

  test('stops when it is told to', async () => {
    const recipe = recipeOf('Tea', 320, 240);
    const { result } = await generate(recipe, 1);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(sketch().submit(recipe, 1, { signal })).rejects.toThrow('enough');
    await expect(sketch().collect(recipe, result, { signal })).rejects.toThrow('enough');
  });
});
