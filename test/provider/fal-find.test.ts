import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FalStandIn, startFalStandIn } from '../fal-stand-in/index.mjs';
import { catchError, createFal, createRecipe, KEY, pollToEnd } from './fal-helpers.ts';

let standIn: FalStandIn;
beforeAll(async () => {
  standIn = await startFalStandIn({ keys: [KEY] });
});
afterAll(() => standIn.close());
beforeEach(() => {
  standIn.reset();
  standIn.setOptions({ historyAllowed: true, concurrency: 4 });
});

const recipe = createRecipe();
const NOW = new Date().toISOString();

describe('find', () => {
  it('adopts the request whose answer was lost, whatever its count, and finishes it', async () => {
    const provider = createFal(standIn);
    const other = createRecipe({ input: { ...recipe.input, prompt: 'another marked-prompt' } });
    await provider.submit(other, 1, {});
    standIn.setFaults([{ stage: 'submit', kind: 'reset', accepted: true }]);
    await catchError(provider.submit(recipe, 2, {}));
    const found = await provider.find?.(recipe, NOW, {});
    expect(found).toMatchObject({ statusUrl: null });
    if (!found) throw new Error('Expected the request.');
    expect((await pollToEnd(provider, recipe, found)).media).toHaveLength(2);
    expect(standIn.stats).toMatchObject({ submits: 2, accepted: 2 });
    const [history] = standIn.requests.filter((request) => request.stage === 'history');
    expect(history?.host).toBe('api.fal.ai');
    expect(history?.path).toMatch('endpoint_id=openai%2Fgpt-image-2&start=');
  });

  it('takes the first of several', async () => {
    const provider = createFal(standIn);
    const first = await provider.submit(recipe, 1, {});
    await new Promise((resolve) => setTimeout(resolve, 5));
    await provider.submit(recipe, 1, {});
    const found = await provider.find?.(recipe, NOW, {});
    expect(found?.requestId).toBe(first.requestId);
  });

  it('turns pages', async () => {
    const items = (prompt: string, id: string): object[] => [
      {
        request_id: id,
        sent_at: new Date().toISOString(),
        json_input: { ...recipe.input, prompt, seed: null },
      },
    ];
    const ours = '0b6a2a51-4f65-4a39-9b8c-0a6a5d3c1e11';
    const body = [
      { items: items('x', ours), has_more: true, next_cursor: 'c2' },
      { items: items(recipe.input.prompt, ours), has_more: false },
    ];
    standIn.setFaults(
      body.map((one) => ({ stage: 'history', kind: 'http', status: 200, body: one })),
    );
    expect((await createFal(standIn).find?.(recipe, NOW, {}))?.requestId).toBe(ours);
    expect(standIn.requests[1]?.path).toMatch('cursor=c2');
  });

  it('finds nothing where nothing of ours was sent', async () => {
    const provider = createFal(standIn);
    await provider.submit(recipe, 1, {});
    const later = new Date(Date.now() + 60_000).toISOString();
    expect(await provider.find?.(recipe, later, {})).toBeNull();
    const more = createRecipe({ input: { ...recipe.input, quality: 'high' } });
    expect(await provider.find?.(more, NOW, {})).toBeNull();
    expect(await provider.find?.(recipe, 'not a time', {})).toBeNull();
  });

  it.each(['invalid_key', 'forbidden', 'not_found'] as const)('is null on %s', async (kind) => {
    standIn.setFaults([{ stage: 'history', kind }]);
    expect(await createFal(standIn).find?.(recipe, NOW, {})).toBeNull();
  });

  it('tries again, and says so when the history cannot be reached', async () => {
    const provider = createFal(standIn);
    standIn.setFaults([{ stage: 'history', kind: 'nginx-502', times: 3 }]);
    expect(await provider.find?.(recipe, NOW, {})).toBeNull();
    standIn.setFaults([{ stage: 'history', kind: 'html', times: 99 }]);
    const error = await catchError(Promise.resolve(provider.find?.(recipe, NOW, {})));
    expect(error).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', ended: false });
  });
});
