import { createHash } from 'node:crypto';
import { ImagePromptError } from '../errors.ts';
import { keyOf } from '../recipe/key.ts';
import type { Recipe } from '../recipe/types.ts';
import { isEdit, matchEditInputs } from './edit-inputs.ts';
import { formatOf } from './sketch/format.ts';
import type { Provider, ProviderMedia, ReceivedImage, Submission } from './types.ts';

const SCHEME = 'sketch:';

/** An id in the form of a UUID (version 8) that only its text decides. */
function toRequestId(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** Takes `sketch:KEY/TAIL` apart; a URL that is not this recipe's is not understood. */
function readTail(recipe: Recipe, url: string | null, pattern: RegExp): number[] {
  const lead = `${SCHEME}${keyOf(recipe)}/`;
  const match = url?.startsWith(lead) ? pattern.exec(url.slice(lead.length)) : null;
  if (!match) {
    const message = 'The request is not one of this sketch: its recipe has changed since';
    throw new ImagePromptError('PROVIDER_RESPONSE', message, { hint: 'Run the command again.' });
  }
  return match.slice(1).map(Number);
}

/**
 * The embedded provider: draws a picture of the prompt's words, in colours and shapes of its key.
 * Offline, free, and the same on every machine. It keeps no state: what a request has to know, its
 * URL tells, so that any process can finish it.
 */
export function sketch(): Provider {
  return {
    name: 'sketch',
    paid: false,
    timeout: 60_000,
    unavailable: () => null,
    account: () => null,
    quote: () => ({ usd: 0 }),
    pollDelay: () => 0,

    async submit(recipe, count, { signal, have = 0 }): Promise<Submission> {
      signal?.throwIfAborted();
      const responseUrl = `${SCHEME}${keyOf(recipe)}/${have}+${count}`;
      const requestId = toRequestId(responseUrl);
      return { requestId, statusUrl: null, responseUrl, cancelUrl: null };
    },

    async poll(recipe, submission, { signal }) {
      signal?.throwIfAborted();
      const [first, count] = readTail(recipe, submission.responseUrl, /^(\d{1,6})\+(\d{1,3})$/);
      const media = Array.from({ length: count! }, (_, i): ProviderMedia => {
        const url = `${SCHEME}${keyOf(recipe)}/${first! + i}`;
        return { url, contentType: `image/${formatOf(recipe)}` };
      });
      return { state: 'completed', result: { media, billedUsd: 0 } };
    },

    async collect(recipe, result, { signal, inputs }): Promise<ReceivedImage[]> {
      // Loaded late: most runs find every picture in the store.
      const { drawSketch } = await import('./sketch/draw.ts');
      // A key has one picture for each number: without its files it would get another one.
      const edited = isEdit(recipe) ? matchEditInputs(recipe, inputs) : null;
      const images: ReceivedImage[] = [];
      // One after the other: a drawing of 4K needs its memory for itself.
      for (const { url } of result.media) {
        signal?.throwIfAborted();
        const [index] = readTail(recipe, url, /^(\d{1,6})$/);
        const options = { index: index!, ...(edited ? { inputs: edited } : {}) };
        const bytes = await drawSketch(recipe, options);
        const { width, height } = recipe.input.image_size;
        images.push({ bytes, type: formatOf(recipe), size: { width, height } });
      }
      return images;
    },
  };
}
