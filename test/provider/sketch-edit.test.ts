import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { drawSketch, prepareSketch } from '../../src/provider/sketch/draw.ts';
import { sketch } from '../../src/provider/sketch.ts';
import type { EditInput, EditInputs } from '../../src/provider/types.ts';
import { keyOf } from '../../src/recipe/key.ts';
import type { Recipe } from '../../src/recipe/types.ts';
import { createEdit, createMask, createPhoto } from './edit-helpers.ts';
import { catchError } from './fal-helpers.ts';

let [blue, green, grey, alpha]: EditInput[] = [];
beforeAll(async () => {
  [blue, green] = [await createPhoto('#0000ff'), await createPhoto('#00ff00')];
  [grey, alpha] = [await createMask('grey'), await createMask('alpha')];
});

/** An edit of 480 × 320, which is the shape of the photographs. */
function editOf(
  images: readonly EditInput[],
  mask: EditInput | null = null,
  more: Partial<Recipe> = {},
): { recipe: Recipe; inputs: EditInputs } {
  const input = {
    prompt: 'Make it night',
    image_size: { width: 480, height: 320 },
    quality: 'high',
    output_format: 'png',
  };
  return createEdit(images, mask, { provider: 'sketch', input, ...more });
}

interface Pixels {
  at: (x: number, y: number) => readonly [number, number, number];
}

async function look(bytes: Buffer): Promise<Pixels> {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  expect(info.channels).toBe(3);
  return {
    at: (x, y) => {
      const place = (y * info.width + x) * 3;
      return [data[place]!, data[place + 1]!, data[place + 2]!];
    },
  };
}

/** How many shades of brightness a piece of a line has. */
function spread({ at }: Pixels, from: number, to: number, y: number): number {
  const shades = Array.from({ length: to - from }, (_, i) => at(from + i, y)[1]);
  return Math.max(...shades) - Math.min(...shades);
}

describe('the sketch of an edit', () => {
  test('shows the first picture, and the words below', async () => {
    const { recipe, inputs } = editOf([blue!, green!]);
    const bytes = await drawSketch(recipe, { inputs });
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 480, height: 320, format: 'png' });
    const { at } = await look(bytes);
    const [left, right] = [at(100, 100), at(400, 100)];
    expect(left[0]).toBeGreaterThan(left[2] + 90);
    expect(right[2]).toBeGreaterThan(right[0] + 90);
    expect(right[2]).toBeGreaterThan(right[1] + 90);
    const plain = await look(await drawSketch(recipe));
    expect(plain.at(100, 100)).not.toEqual(left);
  });

  test.each([
    ['grey', () => grey!],
    ['transparency', () => alpha!],
  ])('stripes what a mask in %s lets change, and nothing else', async (_, mask) => {
    const { recipe, inputs } = editOf([blue!], mask());
    const pixels = await look(await drawSketch(recipe, { inputs }));
    // The left third is marked; between it and the middle the picture is red all over.
    expect(spread(pixels, 20, 140, 100)).toBeGreaterThan(100);
    expect(spread(pixels, 175, 230, 100)).toBeLessThan(30);
    expect(spread(pixels, 260, 460, 100)).toBeLessThan(30);
  });

  test('is upright, and has the size and format that was asked for', async () => {
    const turned = await createPhoto('#0000ff', { format: 'jpeg', orientation: 6 });
    for (const format of ['png', 'jpeg', 'webp']) {
      const input = {
        prompt: 'Night',
        image_size: { width: 320, height: 480 },
        output_format: format,
      };
      const { recipe, inputs } = editOf([turned], null, { input });
      const bytes = await drawSketch(recipe, { inputs });
      expect(await sharp(bytes).metadata()).toMatchObject({ width: 320, height: 480, format });
      const { at } = await look(bytes);
      expect(at(160, 60)[0]).toBeGreaterThan(at(160, 60)[2] + 90);
      expect(at(160, 330)[2]).toBeGreaterThan(at(160, 330)[0] + 90);
    }
  });

  test('lies on paper where a picture is transparent', async () => {
    const bytes = await sharp({
      create: { width: 60, height: 40, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer();
    const clear: EditInput = { digest: 'c'.repeat(64), bytes };
    const { recipe, inputs } = editOf([clear]);
    const { at } = await look(await drawSketch(recipe, { inputs }));
    expect(at(100, 100)).not.toEqual([0, 0, 0]);
  });

  test('is decided by key and files, and every key and number has another one', async () => {
    const { recipe, inputs } = editOf([blue!], grey!);
    const bytes = await drawSketch(recipe, { inputs });
    expect((await drawSketch(recipe, { inputs })).equals(bytes)).toBe(true);
    const others = [
      await drawSketch({ ...recipe, revision: '2' }, { inputs }),
      await drawSketch(recipe, { inputs, index: 1 }),
      await drawSketch(recipe, { inputs, index: 14 }),
      await drawSketch(recipe, { inputs, badge: 'not generated · $0.05' }),
      await drawSketch(recipe),
      // Files that only the key can tell apart here.
      await drawSketch(editOf([blue!, green!], grey!).recipe, { inputs }),
      await drawSketch(editOf([blue!], alpha!).recipe, { inputs: { ...inputs, mask: alpha! } }),
    ];
    const all = [bytes, ...others].map((one) => one.toString('base64'));
    expect(new Set(all).size).toBe(all.length);
  });

  test('of a small jpeg still differs by its key alone', async () => {
    const input = { prompt: 'x', image_size: { width: 64, height: 64 }, output_format: 'jpeg' };
    const all = await Promise.all(
      Array.from({ length: 40 }, async (_, at) => {
        const { recipe, inputs } = editOf([blue!], null, { input, revision: String(at) });
        return (await drawSketch(recipe, { inputs })).toString('base64');
      }),
    );
    expect(new Set(all).size).toBe(40);
  });
});

describe('a preview of an edit', () => {
  test('without its files is the plain one', async () => {
    const { recipe } = editOf([blue!], grey!);
    const prepared = prepareSketch(recipe, { inputs: { images: [], mask: null } });
    expect(prepared.digest).toBe(prepareSketch(recipe).digest);
    const draw = (inputs?: EditInputs): Promise<Buffer> =>
      prepareSketch(recipe, inputs ? { inputs } : {}).draw();
    expect((await draw({ images: [], mask: grey! })).equals(await draw())).toBe(true);
  });

  test('has another name over other files, whatever its key says', async () => {
    const { recipe, inputs } = editOf([blue!], grey!);
    const names = [
      prepareSketch(recipe),
      prepareSketch(recipe, { inputs }),
      prepareSketch(recipe, { inputs: { ...inputs, images: [green!] } }),
      prepareSketch(recipe, { inputs: { ...inputs, mask: null } }),
      prepareSketch(recipe, { inputs, badge: 'not generated' }),
    ].map(({ digest }) => digest);
    expect(new Set(names).size).toBe(5);
  });

  test('has a miniature of the same picture', async () => {
    const { recipe, inputs } = editOf([blue!]);
    const { miniature } = prepareSketch(recipe, { inputs });
    const bytes = await miniature.draw();
    expect(await sharp(bytes).metadata()).toMatchObject(miniature.size);
    const { at } = await look(bytes);
    expect(at(20, 20)[0]).toBeGreaterThan(at(20, 20)[2] + 90);
    expect(at(110, 20)[2]).toBeGreaterThan(at(110, 20)[0] + 90);
  });
});

describe('sketch() as the provider of an edit', () => {
  test('draws over the files that the call brings', async () => {
    const { recipe, inputs } = editOf([blue!], grey!);
    const submission = await sketch().submit(recipe, 2, { inputs });
    const progress = await sketch().poll(recipe, submission, {});
    if (progress.state !== 'completed') throw new Error('A sketch is done at once.');
    const images = await sketch().collect(recipe, progress.result, { inputs });
    expect(images).toHaveLength(2);
    expect(images[0]!.bytes.equals(await drawSketch(recipe, { inputs, index: 0 }))).toBe(true);
    expect(images[1]!.bytes.equals(images[0]!.bytes)).toBe(false);
  });

  test('draws nothing without them, nor over others', async () => {
    const { recipe, inputs } = editOf([blue!], grey!);
    const url = `sketch:${keyOf(recipe)}/0`;
    const result = { media: [{ url, contentType: 'image/png' }], billedUsd: 0 };
    const none = await catchError(sketch().collect(recipe, result, {}));
    expect(none).toMatchObject({ code: 'SPEC_EDIT', ended: false });
    const others = { ...inputs, images: [green!] };
    const wrong = await catchError(sketch().collect(recipe, result, { inputs: others }));
    expect(wrong).toMatchObject({ code: 'SPEC_EDIT' });
  });
});
