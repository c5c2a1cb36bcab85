import { createHash } from 'node:crypto';
import { priceOf } from '../recipe/price.ts';
import { checkSize, decodeImage } from './decode.ts';
import { downloadMedia } from './download.ts';
import type { FalSettings } from './fal-client.ts';
import { findAtFal } from './fal-find.ts';
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
import { cancelAtFal, pollFal } from './fal-poll.ts';
import { submitToFal } from './fal-submit.ts';
import { isKnownModel } from './fal-url.ts';
import { RETRY_TOOLS, type RetryTools } from './retry.ts';
import type { Provider } from './types.ts';

export type { FalEnv, FalOptions } from './fal-options.ts';

/**
 * Pictures by fal.ai (contract, section 6). Making the provider costs nothing: the key, the base URL
 * and fal's client are looked up when they are used.
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
  return {
    name: 'fal',
    paid: true,
    timeout: limits.timeout,
    unavailable: () => (readKey(options, env) === null ? NO_KEY : null),
    quote: (recipe, count) => ({ usd: priceOf(recipe, count) }),
    keepsResults: !syncMode,
    submit: async (recipe, count, call) => {
      const extras = { webhookUrl, syncMode, openaiKey: readOpenaiKey(options) };
      return await submitToFal(settings(), { recipe, count, extras }, call);
    },
    poll: async (recipe, submission, call) =>
      await pollFal(settings(), { recipe, submission }, call),
    cancel: async (recipe, submission, call) =>
      await cancelAtFal(settings(), { recipe, submission }, call),
    find: async (recipe, since, call) => await findAtFal(settings(), { recipe, since }, call),
    pollDelay: (attempt) => limits.pollInterval * Math.min(10, 1.4 ** attempt),
    collect: async (recipe, result, { signal }) => {
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
