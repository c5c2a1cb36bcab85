import { type ErrorCode, ImagePromptError } from '../errors.ts';
import { cleanText } from './clean-text.ts';
import type { Outcome } from './exchange.ts';
import type { Refusal } from './fal-answer.ts';

/** What a failed call means. */
export interface Failure {
  code: ErrorCode;
  /** What happened, not yet cleaned. */
  text: string;
  /** Whether another try of this very call may do better. */
  again: boolean;
  /** Whether nothing is left at the service to go on with: never accepted, or failed for good. */
  ended: boolean;
  /** Whether a new request may do better, now that this one has ended. */
  sendAgain?: boolean;
  hint?: string;
  cause?: unknown;
}

/** What a failure is about; nothing of it but model and id appears in the message. */
export interface FailureContext {
  model: string;
  prompt: string;
  secrets: readonly string[];
  requestId?: string | undefined;
}

/** The hint for a request that was accepted: the catalogue's says that nothing was paid. */
export const GO_ON = 'Run the command again: it goes on with the same request.';

/** The hint for a request that was billed and brought no picture. */
export const BILLED =
  'Run the command again: it asks for the same result. Where that does not help, `generate --retry-in-doubt` gives the request up and pays for another picture.';

/** Turns a failure into the error to throw. */
export function toError(failure: Failure, context: FailureContext): ImagePromptError {
  const text = cleanText(failure.text, { secrets: context.secrets, prompt: context.prompt });
  const { code, ended, sendAgain = false, hint, cause } = failure;
  return new ImagePromptError(code, `fal, ${context.model}: ${text}`, {
    ended,
    sendAgain,
    ...(hint === undefined ? {} : { hint }),
    ...(context.requestId === undefined ? {} : { requestId: context.requestId }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The code for an error of the service (fal-protocol.md, section 5), whichever call it came with. */
export function codeOfRefusal({ status, types, text, needsRetry }: Refusal): ErrorCode {
  if (types.includes('content_policy_violation')) return 'PROVIDER_REFUSED';
  if (status === 401) return 'PROVIDER_AUTH';
  if (status === 402) return 'PROVIDER_BALANCE';
  // 403 is "no money" more often than "wrong key", and only its text tells.
  if (status === 403)
    return /balance|locked|billing/i.test(text) ? 'PROVIDER_BALANCE' : 'PROVIDER_AUTH';
  if (status === 408 || status === 429 || status >= 500) return 'PROVIDER_UNAVAILABLE';
  const flaky = needsRetry ?? types.includes('downstream_service_error');
  return status !== 422 && flaky ? 'PROVIDER_UNAVAILABLE' : 'PROVIDER_INVALID';
}

/** What the service said, with the facts a report needs. */
export function sayRefusal({ status, types, text }: Refusal): string {
  const facts = [`HTTP ${status}`, ...types].join(', ');
  return text === '' ? `the service answered ${facts}` : `${text} (${facts})`;
}

/** Why a call brought no answer. */
export function sayNoAnswer(outcome: Exclude<Outcome, { kind: 'answer' }>): string {
  if (outcome.kind === 'lost' && outcome.reason === 'timeout') return 'no answer in time';
  if (outcome.kind === 'lost' && outcome.reason === 'aborted') return 'stopped while waiting';
  const code = findCode(outcome.cause);
  const what = outcome.kind === 'unsent' ? 'no connection' : 'the connection broke';
  return code === null ? what : `${what} (${code})`;
}

function findCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return typeof code === 'string' ? code : findCode(cause);
}
