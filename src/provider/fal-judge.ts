import type { Outcome } from './exchange.ts';
import { type Refusal, readRefusal } from './fal-answer.ts';
import {
  BILLED,
  codeOfRefusal,
  type Failure,
  GO_ON,
  sayNoAnswer,
  sayRefusal,
} from './fal-failure.ts';
import { isBilled, readResult } from './fal-result.ts';

// Reading costs nothing and the picture may be paid for: whatever is not plainly the end is tried again,
// and an error says `ended` only when the service itself, in its own form, has said so.

/** What a status call that brought no status means. */
export function judgeStatus(outcome: Outcome): Failure {
  return judgeRead(outcome) ?? unclear('the answer is not a status');
}

/** What a result call that brought no picture means. `failed`: the status spoke of an error. */
export function judgeResult(outcome: Outcome, failed: boolean): Failure {
  if (outcome.kind !== 'answer') return judgeNoAnswer(outcome);
  const refusal = readRefusal(outcome);
  const { status, json } = refusal;
  if (status < 300) return judgeEmpty(outcome, refusal);
  if (json && isEnd(refusal, failed)) return end(refusal);
  // A text without a type: "Request is still in progress", a moment after the status said otherwise.
  if (status === 400) return unclear(sayRefusal(refusal));
  return judgeRead(outcome) ?? unclear(sayRefusal(refusal));
}

/**
 * A good answer without a picture. Where the service says that it billed something all the same, the
 * request is not over: only a person may give it up and pay again.
 */
function judgeEmpty(outcome: Extract<Outcome, { kind: 'answer' }>, refusal: Refusal): Failure {
  const listed = refusal.form === 'list';
  if (!listed && !readResult(outcome, '')) return unclear('the answer is not a result');
  const billed = isBilled(outcome.headers);
  if (listed && !billed) return end({ ...refusal, status: 422 });
  const text = listed ? sayRefusal(refusal) : 'the request has finished without a picture';
  return {
    code: 'PROVIDER_RESPONSE',
    text,
    again: false,
    ended: !billed,
    ...(billed ? { hint: BILLED } : {}),
  };
}

/** Whether a refusal of the result is the stored end of the job and not trouble on the way to it. */
function isEnd({ status, form, types }: Refusal, failed: boolean): boolean {
  if (status === 401 || status === 402 || status === 403) return false;
  if (status === 404) return failed && form !== 'none';
  if (status === 422 || status === 499) return true;
  if (status === 400) return failed || form === 'list' || types.length > 0;
  return failed;
}

function end(refusal: Refusal): Failure {
  const text = sayRefusal(refusal);
  const code = refusal.status === 499 ? 'PROVIDER_GONE' : codeOfRefusal(refusal);
  // A failure of the service's own is not billed; whether it is worth another request it says itself.
  const sendAgain = code === 'PROVIDER_UNAVAILABLE' && refusal.needsRetry !== false;
  return { code, text, again: false, ended: true, sendAgain };
}

/** Trouble that every call of reading can have, or null when the answer is a good one. */
function judgeRead(outcome: Outcome): Failure | null {
  if (outcome.kind !== 'answer') return judgeNoAnswer(outcome);
  const refusal = readRefusal(outcome);
  const { status, json } = refusal;
  if (status < 300) return null;
  const text = sayRefusal(refusal);
  if (status === 404 || status === 410) {
    // A page instead of JSON is a gateway's, and says nothing about the request.
    // Not knowing a request is no proof that it was not paid: whoever asks again must decide to.
    return json ? { code: 'PROVIDER_GONE', text, again: true, ended: false } : unclear(text);
  }
  const code = codeOfRefusal(refusal);
  if (code === 'PROVIDER_UNAVAILABLE' || status < 400) return unclear(text);
  const mendable = code === 'PROVIDER_AUTH' || code === 'PROVIDER_BALANCE';
  return { code, text, again: false, ended: false, ...(mendable ? {} : { hint: GO_ON }) };
}

function judgeNoAnswer(outcome: Exclude<Outcome, { kind: 'answer' }>): Failure {
  const stopped = outcome.kind === 'lost' && outcome.reason !== 'network';
  return {
    code: stopped ? 'PROVIDER_TIMEOUT' : 'PROVIDER_UNAVAILABLE',
    text: sayNoAnswer(outcome),
    again: true,
    ended: false,
    hint: GO_ON,
    cause: outcome.cause,
  };
}

function unclear(text: string): Failure {
  return { code: 'PROVIDER_UNAVAILABLE', text, again: true, ended: false, hint: GO_ON };
}
