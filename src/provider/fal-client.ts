import type { FalClient } from '@fal-ai/client';
import { exchange, type Outcome } from './exchange.ts';
import { isUploadUrl, rebaseUrl } from './fal-url.ts';
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

/** What became of an upload. */
export type UploadOutcome =
  | { url: string }
  /** The call that failed, and whether it went to the service itself or to where it sent the bytes. */
  | { outcome: Outcome; stage: 'initiate' | 'put' };

const STORAGE = 'https://rest.fal.ai/storage/';

/**
 * Lets fal's client upload a file: it asks the service where to, and puts the bytes there. The key and
 * the user's headers go to the service alone: the second URL is a permission by itself.
 * @param seconds how long the service shall keep the file
 */
export async function uploadToFal(
  settings: FalSettings,
  { file, seconds, signal }: { file: File; seconds: number; signal?: AbortSignal | undefined },
): Promise<UploadOutcome> {
  const { createFalClient } = await import('@fal-ai/client');
  let failed: { outcome: Outcome; stage: 'initiate' | 'put' } | undefined;
  const fetchChecked: typeof fetch = async (built, init) => {
    // The client repeats what failed, in its own way; repeating is the caller's.
    if (failed !== undefined) throw new Error('The outcome tells why.');
    const url = String(built);
    const stage = url.startsWith(STORAGE) ? 'initiate' : 'put';
    const given = new Headers(init?.headers);
    const headers = new Headers(stage === 'initiate' ? settings.headers : {});
    for (const [name, value] of given) {
      if (stage === 'initiate' || name === 'content-type') headers.set(name, value);
    }
    const outcome = isUploadUrl(url, settings.baseUrl)
      ? await exchange(
          rebaseUrl(url, settings.baseUrl),
          { ...init, headers },
          { timeout: settings.callTimeout, signal },
        )
      : ({ kind: 'unsent', cause: undefined } as const);
    if (outcome.kind !== 'answer' || outcome.status < 200 || outcome.status > 299) {
      failed = { outcome, stage };
      throw new Error('The outcome tells why.');
    }
    const type = outcome.headers.get('content-type') ?? '';
    const body = outcome.status === 204 || outcome.status === 205 ? null : outcome.text;
    return new Response(body, { status: outcome.status, headers: { 'content-type': type } });
  };
  try {
    const client = createFalClient({ credentials: settings.key, fetch: fetchChecked });
    const url: unknown = await client.storage.upload(file, { lifecycle: { expiresIn: seconds } });
    if (typeof url === 'string' && isUploadUrl(url, settings.baseUrl)) return { url };
    return { outcome: { kind: 'unsent', cause: undefined }, stage: 'initiate' };
  } catch (cause) {
    return failed ?? { outcome: { kind: 'unsent', cause }, stage: 'initiate' };
  }
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
