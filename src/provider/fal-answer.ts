import type * as z from 'zod';
import type { Outcome } from './exchange.ts';
import { errorAnswer, parseJson } from './fal-schema.ts';

type Answer = Extract<Outcome, { kind: 'answer' }>;

/** An answer that is not what was asked for, taken apart. */
export interface Refusal {
  status: number;
  /** Whether the body is JSON: gateways and portals answer with pages, the service never does. */
  json: boolean;
  /** A list of the model's errors, a text of the platform's, or neither. */
  form: 'list' | 'text' | 'none';
  /** Every name the service gives the error. */
  types: readonly string[];
  /** What the service says, not yet cleaned; its echo of the input is left out. */
  text: string;
  /** Whether the service says that asking again may help; null when it does not say. */
  needsRetry: boolean | null;
}

/** Takes an error of the service apart: status, `detail`, `error_type` and the `x-fal-*` headers. */
export function readRefusal(answer: Answer): Refusal {
  const parsed = parseJson(answer.text);
  const { data } = errorAnswer.safeParse(parsed);
  const detail = data?.detail;
  const list = Array.isArray(detail) ? detail : [];
  const named = [...list.map((one) => one.type), data?.error_type];
  const types = [...named, answer.headers.get('x-fal-error-type')].filter((one) => one != null);
  return {
    status: answer.status,
    json: typeof parsed === 'object' && parsed !== null,
    form: Array.isArray(detail) ? 'list' : typeof detail === 'string' ? 'text' : 'none',
    types: [...new Set(types)],
    text: typeof detail === 'string' ? detail : list.map(sayItem).filter(Boolean).join('; '),
    needsRetry: readFlag(answer.headers.get('x-fal-needs-retry')),
  };
}

type Item = Exclude<NonNullable<z.infer<typeof errorAnswer>['detail']>, string>[number];

function sayItem({ loc, msg }: Item): string {
  const place = (loc ?? []).filter((part) => part !== 'body').join('.');
  return [place, msg ?? ''].filter(Boolean).join(': ');
}

function readFlag(value: string | null): boolean | null {
  if (value === '1' || value === 'true') return true;
  return value === '0' || value === 'false' ? false : null;
}
