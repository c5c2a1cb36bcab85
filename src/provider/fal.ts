import { createHash } from 'node:crypto';
import { isImagePromptError } from '../errors.ts';
import { priceOf } from '../recipe/price.ts';
import { isEdit } from './edit-inputs.ts';
import type { FalSettings } from './fal-client.ts';
import type { FalFiles } from './fal-files.ts';
import {
  type FalEnv,
  type FalOptions,
  NO_KEY,
  readBaseUrl,
  readKey,
  readOpenaiKey,
  requireKey,
  resolveFalLimits,
} from './fal-options.ts';
import { RETRY_TOOLS, type RetryTools } from './retry.ts';
import type { Provider } from './types.ts';

export type { FalEnv, FalOptions } from './fal-options.ts';

/** Polls at an even pace; with the default of half a second they are the first 12.5 seconds. */
const EVEN_POLLS = 25;
/** From then on each wait is a twenty-fifth longer, and so a twenty-fifth of all that was waited before. */
const GROWTH = 1.04;

/**
 * Pictures by fal.ai (contract, section 6). Making the provider costs nothing: the key, the base URL,
 * fal's client and all that talks to it are looked up when they are used.
 * @param env where FAL_KEY and IMAGE_PROMPT_FAL_BASE_URL are read
 * @param tools clock and dice of the waits between tries, for tests
 * @throws ImagePromptError CONFIG_INVALID
 */
export function fal(
  options: FalOptions = {},
  env: FalEnv = process.env,
  tools: RetryTools = RETRY_TOOLS,
): Provider {
  const limits = resolveFalLimits(options);
  const { webhookUrl, syncMode = false } = options;
  const settings = (
    key = requireKey(options, env),
    openaiKey = readOpenaiKey(options),
  ): FalSettings => ({
    key,
    secrets: openaiKey === null ? [key] : [key, openaiKey],
    baseUrl: readBaseUrl(options, env),
    headers: options.headers ?? {},
    callTimeout: limits.callTimeout,
    tools,
  });
  let made: Promise<FalFiles> | null = null;
  /** Loaded late: most projects edit nothing. */
  const files = (): Promise<FalFiles> => {
    made ??= import('./fal-files.ts').then(({ createFalFiles }) => createFalFiles(tools.now));
    return made;
  };
  return {
    name: 'fal',
    paid: true,
    timeout: limits.timeout,
    unavailable: () => (readKey(options, env) === null ? NO_KEY : null),
    quote: (recipe, count) => ({ usd: priceOf(recipe, count) }),
    keepsResults: !syncMode,
    prepare: async (recipe, call) => {
      if (isEdit(recipe)) await (await files()).fill(settings(), recipe, call);
    },
    submit: async (recipe, count, call) => {
      const { submitToFal } = await import('./fal-submit.ts');
      const extras = { webhookUrl, syncMode, openaiKey: readOpenaiKey(options) };
      const input = isEdit(recipe)
        ? await (await files()).fill(settings(), recipe, call)
        : recipe.input;
      return await submitToFal(settings(), { recipe, input, count, extras }, call);
    },
    poll: async (recipe, submission, call) => {
      const { pollFal } = await import('./fal-poll.ts');
      try {
        return await pollFal(settings(), { recipe, submission }, call);
      } catch (error) {
        // It may have failed for an upload that is not there any more.
        if (isImagePromptError(error) && error.ended) (await made)?.forget(recipe);
        throw error;
      }
    },
    cancel: async (recipe, submission, call) => {
      const { cancelAtFal } = await import('./fal-poll.ts');
      return await cancelAtFal(settings(), { recipe, submission }, call);
    },
    find: async (recipe, since, call) => {
      const { findAtFal } = await import('./fal-find.ts');
      return await findAtFal(settings(), { recipe, since }, call);
    },
    // The pace of the service's own client at first; a picture is noticed 4 % late at most, or two seconds.
    pollDelay: (attempt) =>
      limits.pollInterval * Math.min(4, Math.max(1, GROWTH ** (attempt - EVEN_POLLS))),
    collect: async (recipe, result, { signal }) => {
      const [{ checkSize, decodeImage }, { downloadMedia }, { isKnownModel }] = await Promise.all([
        import('./decode.ts'),
        import('./download.ts'),
        import('./fal-url.ts'),
      ]);
      const baseUrl = readBaseUrl(options, env);
      const rules = { baseUrl, timeout: limits.callTimeout, tools, signal };
      const rule = isKnownModel(recipe.model) ? 'exact' : 'at-least';
      return await Promise.all(
        result.media.map(async ({ url }) => {
          const image = await decodeImage(await downloadMedia(url, rules));
          checkSize(image.size, recipe.input.image_size, rule);
          return image;
        }),
      );
    },
    account: () => {
      const key = readKey(options, env);
      return key && createHash('sha256').update(key).digest('hex').slice(0, 8);
    },
  };
}
