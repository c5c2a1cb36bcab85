import type * as z from 'zod';
import type { Recipe } from '../recipe/types.ts';
import type { Outcome } from './exchange.ts';
import { type FalSettings, getFal } from './fal-client.ts';
import { isInputOf } from './fal-edit.ts';
import { toError } from './fal-failure.ts';
import { judgeStatus } from './fal-judge.ts';
import { historyAnswer, parseJson } from './fal-schema.ts';
import { requireModel } from './fal-submit.ts';
import { isRequestId } from './fal-url.ts';
import { type Try, tryRepeatedly } from './retry.ts';
import type { ProviderCall, Submission } from './types.ts';

type Page = z.infer<typeof historyAnswer>;
type Item = Page['items'][number];

const HISTORY = 'https://api.fal.ai/v1/models/requests/by-endpoint';
const MAX_PAGES = 10;
/** Clocks differ by seconds; two requests for one key lie further apart, since the first has to finish. */
const CLOCK_SKEW = 5_000;
/** Fields of a sent input that do not decide pixels. */
const FREE = new Set(['num_images', 'sync_mode', 'openai_api_key']);

/**
 * Looks in the account's history for a request with this recipe's input, sent since then. Null when
 * there is none or the key may not see the history.
 * @throws ImagePromptError PROVIDER_UNAVAILABLE, PROVIDER_TIMEOUT: ask again later
 */
export async function findAtFal(
  settings: FalSettings,
  { recipe, since }: { recipe: Recipe; since: string },
  { signal }: ProviderCall,
): Promise<Submission | null> {
  requireModel(recipe.model);
  const sent = Date.parse(since);
  if (Number.isNaN(sent)) return null;
  const start = new Date(sent - CLOCK_SKEW).toISOString();
  const query = { endpoint_id: recipe.model, start, expand: 'payloads', limit: '50' };
  const found: Item[] = [];
  let cursor: string | null = '';
  for (let page = 0; cursor !== null && page < MAX_PAGES; page += 1) {
    const search = new URLSearchParams(cursor === '' ? query : { ...query, cursor });
    const answer = await readPage(settings, `${HISTORY}?${search}`, recipe, signal);
    if (answer === null) return null;
    found.push(...answer.items.filter((item) => isOurs(item, recipe)));
    cursor = answer.has_more ? (answer.next_cursor ?? null) : null;
  }
  const ours = choose(found, sent);
  if (ours === null) return null;
  return { requestId: ours.request_id, statusUrl: null, responseUrl: null, cancelUrl: null };
}

async function readPage(
  settings: FalSettings,
  url: string,
  recipe: Recipe,
  signal: AbortSignal | undefined,
): Promise<Page | null> {
  return await tryRepeatedly(
    async (): Promise<Try<Page | null>> => {
      const outcome = await getFal(settings, url, signal);
      const page = readAnswer(outcome);
      if (page !== undefined) return { value: page };
      const { model, input } = recipe;
      const failure = judgeStatus(outcome);
      const error = toError(failure, { model, prompt: input.prompt, secrets: settings.secrets });
      return { error, again: failure.again };
    },
    { tools: settings.tools, signal },
  );
}

/** A page; null when the history is not shown; undefined when asking again may help. */
function readAnswer(outcome: Outcome): Page | null | undefined {
  if (outcome.kind !== 'answer') return undefined;
  const { status, text } = outcome;
  const parsed = parseJson(text);
  if (status < 300 && parsed !== undefined) return historyAnswer.safeParse(parsed).data ?? null;
  return status >= 400 && status < 500 && status !== 408 && status !== 429 ? null : undefined;
}

/** Whether a request asked for what the recipe asks. The service may add its own fields as nulls. */
function isOurs(item: Item, recipe: Recipe): boolean {
  const input = item.json_input;
  if (!input || !isRequestId(item.request_id)) return false;
  return isInputOf(recipe, input, FREE);
}

/** The first that was sent since then; else, for clocks that differ, the last before. */
function choose(items: readonly Item[], since: number): Item | null {
  const timed = items
    .map((item) => ({ item, at: Date.parse(item.sent_at ?? item.started_at ?? '') }))
    .filter(({ at }) => !Number.isNaN(at))
    .sort((a, b) => a.at - b.at);
  return (timed.find(({ at }) => at >= since) ?? timed.at(-1))?.item ?? null;
}
