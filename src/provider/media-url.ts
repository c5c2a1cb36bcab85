import { isIP } from 'node:net';
import { ImagePromptError } from '../errors.ts';
import { isBelow } from './fal-url.ts';

/**
 * Checks where a picture may be fetched from: `fal.media` and its subdomains over https, or the base
 * URL. Nothing else, addresses of this machine and its network least of all: answers and redirects
 * must not make a build read them.
 * @throws ImagePromptError IMAGE_HOST
 */
export function checkMediaUrl(text: string, baseUrl: string | null): URL {
  if (!URL.canParse(text)) throw refuse('received something that is not a URL');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw refuse('received a URL with a user in it');
  if (baseUrl !== null && isBelow(url.href, baseUrl)) return url;
  const { hostname } = url;
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0)
    throw refuse('received the address of a machine');
  const known = hostname === 'fal.media' || hostname.endsWith('.fal.media');
  if (!known) throw refuse(`received ${hostname === '' ? url.protocol : hostname}`);
  if (url.protocol !== 'https:' || url.port !== '') {
    throw refuse(`received ${url.protocol}//${url.host}`);
  }
  return url;
}

function refuse(what: string): ImagePromptError {
  return new ImagePromptError(
    'IMAGE_HOST',
    `Expected a picture of fal on https://*.fal.media, ${what}.`,
  );
}
