import { isIP } from 'node:net';

/** Where calls of the queue go when no base URL is given. */
const QUEUE_ORIGIN = 'https://queue.fal.run';
/** Contract 1: what a model id may look like. The client would send the key to a URL given as an id. */
const MODEL = /^[a-z0-9][a-z0-9-]*(\/[a-z0-9][a-z0-9._-]*)+$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function isModelId(text: string): boolean {
  return MODEL.test(text);
}

/** Request ids become part of a path, unescaped by the client. */
export function isRequestId(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}

/** The endpoint of the known model that takes pictures, as `image_urls` and `mask_url`. */
export function isKnownEdit(model: string): boolean {
  return model === 'openai/gpt-image-2/edit';
}

/** The model that known prices and sizes are about: `openai/gpt-image-2` and what hangs below it. */
export function isKnownModel(model: string): boolean {
  return /^openai\/gpt-image-2(\/|$)/.test(model);
}

/**
 * Moves a URL of the service to the base URL: `https://queue.fal.run/p` → `BASE/p`, other hosts →
 * `BASE/HOST/p` (contract 6). What lies at the base URL already stays.
 */
export function rebaseUrl(url: string, baseUrl: string | null): string {
  if (baseUrl === null || isBelow(url, baseUrl)) return url;
  const { origin, host, pathname, search } = new URL(url);
  return `${baseUrl}${origin === QUEUE_ORIGIN ? '' : `/${host}`}${pathname}${search}`;
}

/**
 * Whether a URL of the service's storage may be used: bytes are put there, or the model reads them. Its
 * host is the service's choice, but nothing on this machine or its network is.
 */
export function isUploadUrl(text: string, baseUrl: string | null): boolean {
  if (!URL.canParse(text)) return false;
  const { href, protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  if (baseUrl !== null && isBelow(href, baseUrl)) return true;
  const named = hostname.includes('.') && isIP(hostname) === 0;
  return protocol === 'https:' && named;
}

/** Whether a URL lies at the base URL itself. */
export function isBelow(url: string, baseUrl: string): boolean {
  return new URL(url).href.startsWith(`${baseUrl}/`);
}

/** What a URL of a request is for. */
export type RequestUrlKind = 'status' | 'response' | 'cancel';

const ENDINGS: Record<RequestUrlKind, RegExp> = {
  status: /^\/status$/,
  response: /^(\/response)?$/,
  cancel: /^\/cancel$/,
};

/**
 * A URL that the service or a journal named, or null when the key must not go there: it has to lie at
 * the configured origin and name this very request (store.md, section 5).
 */
export function trustRequestUrl(
  url: unknown,
  { kind, requestId, baseUrl }: { kind: RequestUrlKind; requestId: string; baseUrl: string | null },
): string | null {
  if (typeof url !== 'string' || !URL.canParse(url)) return null;
  const { href, username, password } = new URL(url);
  if (username !== '' || password !== '') return null;
  const home = [QUEUE_ORIGIN, baseUrl].find((one) => one !== null && href.startsWith(`${one}/`));
  if (!home) return null;
  const [, app = '', id = '', ending = ''] =
    /^\/(.+?)\/requests\/([^/?#]+)([^?#]*)$/.exec(href.slice(home.length)) ?? [];
  const expected = isModelId(app) && id === requestId && ENDINGS[kind].test(ending);
  return expected ? href : null;
}
