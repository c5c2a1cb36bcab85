import type { Outcome } from './exchange.ts';
import { parseJson, resultAnswer, statusAnswer } from './fal-schema.ts';
import { isKnownModel } from './fal-url.ts';
import type { ProviderResult } from './types.ts';

/** Where a request stands, and whether the service says that it failed. */
export interface StatusReport {
  state: 'queued' | 'running' | 'completed';
  position: number | null;
  failed: boolean;
}

const STATES = { IN_QUEUE: 'queued', IN_PROGRESS: 'running', COMPLETED: 'completed' } as const;

/** The status an answer holds, or null. */
export function readStatus(outcome: Outcome): StatusReport | null {
  if (outcome.kind !== 'answer' || outcome.status < 200 || outcome.status > 299) return null;
  const { data } = statusAnswer.safeParse(parseJson(outcome.text));
  if (!data) return null;
  return {
    state: STATES[data.status],
    position: data.queue_position ?? null,
    failed: Boolean(data.error) || Boolean(data.error_type),
  };
}

/** The result an answer holds, or null. An empty list of pictures is a result. */
export function readResult(outcome: Outcome, model: string): ProviderResult | null {
  if (outcome.kind !== 'answer' || outcome.status < 200 || outcome.status > 299) return null;
  const { data } = resultAnswer.safeParse(parseJson(outcome.text));
  if (!data) return null;
  return {
    media: data.images.map(({ url, content_type }) => ({ url, contentType: content_type ?? null })),
    billedUsd: readBilled(outcome.headers.get('x-fal-billable-units'), model),
  };
}

/** Whether the service says that it billed something, whatever the model's unit costs. */
export function isBilled(headers: Headers): boolean {
  return Number(headers.get('x-fal-billable-units')) > 0;
}

/** Units are dollars for the known model, whose unit costs one; another model's unit may cost anything. */
function readBilled(units: string | null, model: string): number | null {
  if (units === null || units.trim() === '' || !isKnownModel(model)) return null;
  const usd = Number(units);
  return Number.isFinite(usd) && usd >= 0 ? usd : null;
}
