import { expect } from 'vitest';
import { ImagePromptError } from '../../src/errors.ts';
import { fal } from '../../src/provider/fal.ts';
import type { FalOptions } from '../../src/provider/fal-options.ts';
import type { RetryTools } from '../../src/provider/retry.ts';
import type { Provider, ProviderResult, Submission } from '../../src/provider/types.ts';
import type { Recipe } from '../../src/recipe/types.ts';
import type { FalStandIn } from '../fal-stand-in/index.mjs';

/** A key with a mark that must turn up nowhere but in the Authorization header of the service. */
export const KEY = 'marked-key-id-7f3a:marked-key-secret-91c2';
/** A prompt with a mark that must turn up in no message. */
export const PROMPT = 'A marked-prompt-55aa lighthouse at dusk, drawn in three colours';

/** The smallest legal square, so that tests are quick. */
export function createRecipe(overrides: Partial<Recipe> = {}): Recipe {
  return {
    v: 1,
    provider: 'fal',
    model: 'openai/gpt-image-2',
    input: {
      prompt: PROMPT,
      image_size: { width: 816, height: 816 },
      quality: 'low',
      output_format: 'png',
    },
    files: { images: [], mask: null },
    revision: null,
    ...overrides,
  };
}

/** Waits that take no time and are counted, and a clock that can be put forward. */
export function createTools(): RetryTools & { waits: number[]; clock: { ahead: number } } {
  const waits: number[] = [];
  const clock = { ahead: 0 };
  return {
    waits,
    clock,
    now: () => Date.now() + clock.ahead,
    sleep: async (ms) => {
      waits.push(ms);
    },
    random: () => 0.5,
  };
}

/** The real provider against a stand-in. Nothing of the environment reaches it. */
export function createFal(standIn: FalStandIn, options: FalOptions = {}): Provider {
  const all = { credentials: KEY, baseUrl: standIn.baseUrl, callTimeout: 5_000, ...options };
  return fal(all, {}, createTools());
}

/** Polls until the request is finished. */
export async function pollToEnd(
  provider: Provider,
  recipe: Recipe,
  submission: Submission,
): Promise<ProviderResult> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const progress = await provider.poll(recipe, submission, {});
    if (progress.state === 'completed') return progress.result;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('The stand-in did not finish.');
}

/** The ImagePromptError a promise ends with; checks that it gives neither key nor prompt away. */
export async function catchError(promise: Promise<unknown>): Promise<ImagePromptError> {
  const error = await promise.then(
    (value) => {
      throw new Error(`Expected an error, received ${JSON.stringify(value)}.`);
    },
    (reason: unknown) => reason,
  );
  if (!(error instanceof ImagePromptError)) throw error;
  expectNoSecrets(error);
  return error;
}

/** Walks an error with all its causes. */
export function expectNoSecrets(error: unknown): void {
  for (let one = error; one instanceof Error; one = one.cause) {
    const text = `${one.message} ${one.stack} ${JSON.stringify(one)}`;
    expect(text).not.toMatch(/marked-key|marked-prompt/);
  }
}
