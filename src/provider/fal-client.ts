import type { FalClient } from '@fal-ai/client';
import { exchange, type Outcome } from './exchange.ts';
import { rebaseUrl } from './fal-url.ts';
import type { RetryTools } from './retry.ts';

/** Everything a call to the service needs. Made anew for each call, from options and environment. */
export interface FalSettings {
  key: string;
  /** Whatever must never stand in a message: the key and what else was given in confidence. */
  secrets: readonly string[];
  baseUrl: string | null;
  headers: Readonly<Record<string, string>>;
  callTimeout: number;
  tools: RetryTools;
}

export interface FalCallOptions {
  signal?: AbortSignal | undefined;
  /** A trusted URL that the service named for this call; the client builds its own otherwise. */
  url?: string | null;
}

/**
 * Lets fal's client make one call and tells what became of it on the wire. A client of its own for
 * each call: answers of concurrent calls cannot mix, and headers, which the client drops, are kept.
 *
 * The client repeats failed calls by itself, paid ones too, and cannot be told not to (fal-protocol.md,
 * facts 1 and 2). So its `fetch` does the call once, throws an error that the client does not repeat,
 * and refuses to do another.
 */
export async function callFal(
  settings: FalSettings,
  { signal, url }: FalCallOptions,
  use: (client: FalClient) => Promise<unknown>,
): Promise<Outcome> {
  // Loaded late: a build in which every picture is there never needs it.
  const { createFalClient } = await import('@fal-ai/client');
  let outcome: Outcome | undefined;
  const fetchOnce: typeof fetch = async (built, init) => {
    if (outcome !== undefined) throw new Error('Only one call is made.');
    const target = rebaseUrl(url ?? String(built), settings.baseUrl);
    // The client's own win: a second spelling of a header would be added to the first.
    const headers = new Headers(settings.headers);
    for (const [name, value] of new Headers(init?.headers)) headers.set(name, value);
    // Until the answer is here the call counts as made: a second one must never start beside it.
    outcome = { kind: 'lost', reason: 'network', cause: undefined };
    outcome = await exchange(
      target,
      { ...init, headers },
      { timeout: settings.callTimeout, signal },
    );
    if (outcome.kind !== 'answer' || outcome.status < 200 || outcome.status > 299) {
      throw new Error('The outcome tells why.');
    }
    const { status, text } = outcome;
    const type = outcome.headers.get('content-type') ?? '';
    const body = status === 204 || status === 205 ? null : text;
    return new Response(body, { status, headers: { 'content-type': type } });
  };
  try {
    await use(createFalClient({ credentials: settings.key, fetch: fetchOnce }));
  } catch (cause) {
    return outcome ?? { kind: 'unsent', cause };
  }
  return outcome ?? { kind: 'unsent', cause: undefined };
}

/** A plain GET to a part of the service that the client does not know. */
export async function getFal(
  settings: FalSettings,
  url: string,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const headers = {
    ...settings.headers,
    Authorization: `Key ${settings.key}`,
    Accept: 'application/json',
  };
  return await exchange(
    rebaseUrl(url, settings.baseUrl),
    { headers },
    { timeout: settings.callTimeout, signal },
  );
}
