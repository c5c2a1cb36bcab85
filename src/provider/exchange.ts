import { readBody } from './read-body.ts';

/** What became of one HTTP call. Never thrown: the caller decides what it means. */
export type Outcome =
  | { kind: 'answer'; status: number; headers: Headers; text: string }
  /** Nothing can have reached the service: no connection, no name, or ended before it began. */
  | { kind: 'unsent'; cause: unknown }
  /** Something may have reached the service and no whole answer came back. */
  | { kind: 'lost'; reason: 'network' | 'timeout' | 'aborted'; cause: unknown };

/** How long an answer may be: a result with four pictures inside (`sync_mode`) stays below. */
const MAX_ANSWER = 128 * 1024 * 1024;

export interface ExchangeLimits {
  /** Milliseconds for the whole call, the body included. */
  timeout: number;
  signal?: AbortSignal | undefined;
}

/** Does one HTTP call and reads its whole answer. Redirects are answers: a key must not follow them. */
export async function exchange(
  url: string,
  init: RequestInit,
  limits: ExchangeLimits,
): Promise<Outcome> {
  const { signal } = limits;
  if (signal?.aborted) return { kind: 'unsent', cause: signal.reason };
  return await withDeadline(limits, async (deadline) => {
    try {
      const response = await fetch(url, { ...init, redirect: 'manual', signal: deadline });
      const bytes = await readBody(response, MAX_ANSWER);
      const { status, headers } = response;
      return { kind: 'answer', status, headers, text: bytes.toString('utf8') };
    } catch (cause) {
      if (signal?.aborted) return { kind: 'lost', reason: 'aborted', cause };
      if (deadline.aborted) return { kind: 'lost', reason: 'timeout', cause };
      return isUnsent(cause)
        ? { kind: 'unsent', cause }
        : { kind: 'lost', reason: 'network', cause };
    }
  });
}

/** Runs something with a signal that fires after the time is up or when the caller's does. */
export async function withDeadline<T>(
  { timeout, signal }: ExchangeLimits,
  run: (deadline: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, timeout);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await run(controller.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

/** Errors of undici and TLS from before the first byte of a request. */
const BEFORE_SENDING = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/**
 * Whether a failure of `fetch` proves that no byte of the request left. The system call tells: the same
 * code (ETIMEDOUT, EHOSTUNREACH) comes from connecting and from reading.
 */
export function isUnsent(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, syscall, errors, cause } = error as Record<string, unknown>;
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true;
  if (typeof code === 'string' && BEFORE_SENDING.has(code)) return true;
  // The ports that the fetch standard blocks are refused without a code.
  if (error instanceof Error && error.message === 'bad port') return true;
  // Happy eyeballs: one error for each address that was tried.
  if (Array.isArray(errors) && errors.length > 0) return errors.every(isUnsent);
  return cause !== undefined && isUnsent(cause);
}
