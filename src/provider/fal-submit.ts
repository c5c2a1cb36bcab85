import { ImagePromptError } from '../errors.ts';
import type { Recipe } from '../recipe/types.ts';
import type { Outcome } from './exchange.ts';
import { readRefusal } from './fal-answer.ts';
import { callFal, type FalSettings } from './fal-client.ts';
import { codeOfRefusal, type Failure, sayNoAnswer, sayRefusal, toError } from './fal-failure.ts';
import { parseJson, submitAnswer } from './fal-schema.ts';
import { isModelId, isRequestId, trustRequestUrl } from './fal-url.ts';
import { type Try, tryRepeatedly } from './retry.ts';
import type { ProviderCall, Submission } from './types.ts';

/** How a request is sent, beyond what decides its pixels. */
export interface FalExtras {
  webhookUrl: string | undefined;
  syncMode: boolean;
  openaiKey: string | null;
}

/** What is asked of the service. */
export interface FalOrder {
  recipe: Recipe;
  /** The recipe's input with a URL for each file of an edit. */
  input: Recipe['input'];
  /** How many pictures. */
  count: number;
  extras: FalExtras;
}

/**
 * Sends a request: the one call that costs money. One POST goes over the wire; only "too many requests"
 * (429), which proves that nothing was queued, is answered with another.
 * @throws ImagePromptError PROVIDER_IN_DOUBT when the answer was lost; any other code means that
 * nothing was accepted
 */
export async function submitToFal(
  settings: FalSettings,
  { recipe, input: filled, count, extras }: FalOrder,
  { signal }: ProviderCall,
): Promise<Submission> {
  const { model } = recipe;
  requireModel(model);
  const { webhookUrl, syncMode, openaiKey } = extras;
  const input = {
    ...filled,
    num_images: count,
    ...(syncMode ? { sync_mode: true } : {}),
    ...(openaiKey === null ? {} : { openai_api_key: openaiKey }),
  };
  const options = {
    input,
    ...(webhookUrl === undefined ? {} : { webhookUrl }),
    // The service keeps the input of a request for a month, and would keep the key within it.
    ...(openaiKey === null ? {} : { headers: { 'x-fal-store-io': '0' } }),
  };
  return await tryRepeatedly(
    async (): Promise<Try<Submission>> => {
      const outcome = await callFal(settings, { signal }, (client) =>
        client.queue.submit(model, options),
      );
      const submission = readSubmission(outcome, settings.baseUrl);
      if (submission) return { value: submission };
      const failure = judgeSubmit(outcome);
      const { prompt } = recipe.input;
      const requestId = namedId(outcome);
      const error = toError(failure, { model, prompt, secrets: settings.secrets, requestId });
      return { error, again: failure.again };
    },
    { tools: settings.tools, signal },
  );
}

/**
 * Refuses a model id that the client might take for a URL.
 * @throws ImagePromptError PROVIDER_INVALID
 */
export function requireModel(model: string): void {
  if (isModelId(model)) return;
  throw new ImagePromptError('PROVIDER_INVALID', 'Expected OWNER/APP as the model id for fal.', {
    ended: true,
  });
}

function readSubmission(outcome: Outcome, baseUrl: string | null): Submission | null {
  if (outcome.kind !== 'answer' || outcome.status < 200 || outcome.status > 299) return null;
  const { data } = submitAnswer.safeParse(parseJson(outcome.text));
  if (!data || !isRequestId(data.request_id)) return null;
  const requestId = data.request_id;
  return {
    requestId,
    statusUrl: trustRequestUrl(data.status_url, { kind: 'status', requestId, baseUrl }),
    responseUrl: trustRequestUrl(data.response_url, { kind: 'response', requestId, baseUrl }),
    cancelUrl: trustRequestUrl(data.cancel_url, { kind: 'cancel', requestId, baseUrl }),
  };
}

/** The id that an answer's header names, so that people can look the request up. */
function namedId(outcome: Outcome): string | undefined {
  const id = outcome.kind === 'answer' ? outcome.headers.get('x-fal-request-id') : null;
  return isRequestId(id) ? id : undefined;
}

/** Refusals that do not prove that nothing was queued: timeouts and conflicts on the way. */
const AMBIGUOUS: ReadonlySet<number> = new Set([408, 409, 425, 499]);

function judgeSubmit(outcome: Outcome): Failure {
  if (outcome.kind === 'unsent') {
    const text = `nothing was sent: ${sayNoAnswer(outcome)}`;
    const { cause } = outcome;
    return { code: 'PROVIDER_UNAVAILABLE', text, again: false, ended: true, cause };
  }
  if (outcome.kind === 'lost') {
    const text = `the request was sent, and its answer was lost: ${sayNoAnswer(outcome)}`;
    return { code: 'PROVIDER_IN_DOUBT', text, again: false, ended: false, cause: outcome.cause };
  }
  const refusal = readRefusal(outcome);
  const { status } = refusal;
  if (status < 400 || status >= 500 || AMBIGUOUS.has(status)) {
    const what = status < 300 ? `HTTP ${status} without a request id` : sayRefusal(refusal);
    const text = `the request was sent, and its answer does not tell whether it was accepted: ${what}`;
    return { code: 'PROVIDER_IN_DOUBT', text, again: false, ended: false };
  }
  const again = status === 429;
  const text = sayRefusal(refusal);
  if (status === 404) {
    const hint = 'Check `model`: the service does not know it.';
    return { code: 'PROVIDER_INVALID', text, again, ended: true, hint };
  }
  return { code: codeOfRefusal(refusal), text, again, ended: true };
}
