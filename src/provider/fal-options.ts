import { ImagePromptError } from '../errors.ts';

/** Options of `fal()`; all may be left out. */
export interface FalOptions {
  /**
   * The key, `ID:SECRET`, or a function that gives it when it is needed. Never written or logged.
   * @default FAL_KEY, else FAL_KEY_ID and FAL_KEY_SECRET
   */
  credentials?: string | (() => string | undefined);
  /**
   * Another origin for every call, uploads and media included: `https://queue.fal.run/p` becomes
   * `BASE/p`, other hosts `BASE/HOST/p`.
   * @default IMAGE_PROMPT_FAL_BASE_URL, else fal's own hosts
   */
  baseUrl?: string;
  /** Further headers of every call to the service; never sent to a media host. */
  headers?: Readonly<Record<string, string>>;
  /**
   * Milliseconds from submit to bytes; starts anew when a request is resumed.
   * @default 600_000
   */
  timeout?: number;
  /**
   * Milliseconds that one HTTP call may take.
   * @default 60_000
   */
  callTimeout?: number;
  /**
   * Milliseconds before the first poll; later ones wait up to ten times as long.
   * @default 500
   */
  pollInterval?: number;
  /**
   * URL that the service calls when a request is finished, so that a pipeline can start which runs
   * `image-prompt resume`. What it sends there is not read by this package.
   */
  webhookUrl?: string;
  /**
   * Asks for pictures inside the answer instead of files on the service's media host, so that nothing
   * stays in its history. Such answers are kept for minutes only and are collected at once.
   * @default false
   */
  syncMode?: boolean;
  /**
   * A key of OpenAI's that the service shall use instead of its own, or a function that gives it. It is
   * sent with payload storage switched off and never becomes part of a key, record, journal or log.
   */
  openaiKey?: string | (() => string | undefined);
}

/** The variables of the environment that the provider reads, when it needs them. */
export type FalEnv = Readonly<Record<string, string | undefined>>;

/** Options with what does not depend on the environment written in. */
export interface FalLimits {
  timeout: number;
  callTimeout: number;
  pollInterval: number;
}

/**
 * Checks the options and writes the defaults in.
 * @throws ImagePromptError CONFIG_INVALID
 */
export function resolveFalLimits(options: FalOptions): FalLimits {
  if (options.baseUrl !== undefined) parseBaseUrl(options.baseUrl, 'baseUrl');
  const { webhookUrl } = options;
  if (webhookUrl !== undefined && !(URL.canParse(webhookUrl) && /^https?:/i.test(webhookUrl))) {
    throw invalid('Expected an http(s) URL for "webhookUrl" of fal().');
  }
  checkHeaders(options.headers ?? {});
  return {
    timeout: milliseconds('timeout', options.timeout, 600_000),
    callTimeout: milliseconds('callTimeout', options.callTimeout, 60_000),
    pollInterval: milliseconds('pollInterval', options.pollInterval, 500),
  };
}

/** The key, or null when there is none. */
export function readKey(options: FalOptions, env: FalEnv): string | null {
  const { credentials } = options;
  const given = typeof credentials === 'function' ? credentials() : credentials;
  const { FAL_KEY, FAL_KEY_ID, FAL_KEY_SECRET } = env;
  const pair = FAL_KEY_ID && FAL_KEY_SECRET ? `${FAL_KEY_ID}:${FAL_KEY_SECRET}` : undefined;
  // Secrets pasted into CI settings tend to end in a newline.
  return (given || FAL_KEY || pair || '').trim() || null;
}

/**
 * The key for a call.
 * @throws ImagePromptError PROVIDER_NO_KEY, PROVIDER_AUTH
 */
export function requireKey(options: FalOptions, env: FalEnv): string {
  const key = readKey(options, env);
  if (key === null) {
    throw new ImagePromptError('PROVIDER_NO_KEY', NO_KEY, { ended: true });
  }
  if (!/^[\x21-\x7e]+$/.test(key)) {
    const message = 'Expected a key of visible ASCII characters for fal, received others in it.';
    throw new ImagePromptError('PROVIDER_AUTH', message, { ended: true });
  }
  return key;
}

/**
 * The key of OpenAI's to send along, or null.
 * @throws ImagePromptError PROVIDER_AUTH
 */
export function readOpenaiKey({ openaiKey }: FalOptions): string | null {
  const key = (typeof openaiKey === 'function' ? openaiKey() : openaiKey)?.trim() || null;
  if (key === null || /^[\x21-\x7e]+$/.test(key)) return key;
  const message = 'Expected visible ASCII characters in "openaiKey" of fal(), received others.';
  throw new ImagePromptError('PROVIDER_AUTH', message, { ended: true });
}

/** What to say when there is no key. */
export const NO_KEY = 'Expected a key for fal in FAL_KEY, received none.';

/**
 * The base URL without a trailing slash, or null for fal's own hosts.
 * @throws ImagePromptError CONFIG_INVALID
 */
export function readBaseUrl(options: FalOptions, env: FalEnv): string | null {
  if (options.baseUrl !== undefined) return parseBaseUrl(options.baseUrl, 'baseUrl');
  const given = env['IMAGE_PROMPT_FAL_BASE_URL'];
  return given ? parseBaseUrl(given, 'IMAGE_PROMPT_FAL_BASE_URL') : null;
}

function parseBaseUrl(text: string, name: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const usable =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === '';
  if (!usable) {
    // The text is not repeated: people put passwords into URLs.
    throw invalid(`Expected an http(s) URL without user, query or fragment for "${name}".`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function checkHeaders(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() === 'authorization') {
      throw invalid('Expected the key of fal in "credentials", received an Authorization header.');
    }
    try {
      new Headers({ [name]: value });
    } catch {
      throw invalid('Expected valid names and values for "headers" of fal().');
    }
  }
}

function milliseconds(name: string, value: number | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  // Timers of Node hold 31 bits; a longer one would fire at once.
  if (Number.isFinite(value) && value >= 1 && value < 2 ** 31) return value;
  throw invalid(`Expected milliseconds from 1 for "${name}" of fal(), received ${String(value)}.`);
}

function invalid(message: string): ImagePromptError {
  return new ImagePromptError('CONFIG_INVALID', message);
}
