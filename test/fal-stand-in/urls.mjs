/** @type {typeof import('./index.d.mts').toStandInUrl} */
export function toStandInUrl(baseUrl, url) {
  const { protocol, host, pathname, search } = new URL(url);
  if (protocol !== 'https:') return url;
  const prefix = host === 'queue.fal.run' ? '' : `/${host}`;
  return `${baseUrl}${prefix}${pathname}${search}`;
}

/**
 * The host and path that a request means. A first segment with a dot is a host: no owner of an app has one.
 * @param {string} rawUrl
 */
export function readTarget(rawUrl) {
  const [, first = '', rest = ''] = /^\/([^/?]*)(.*)$/.exec(rawUrl) ?? [];
  if (!first.includes('.')) return { host: 'queue.fal.run', path: rawUrl };
  return { host: first, path: rest === '' ? '/' : rest };
}

/**
 * A URL as an answer names it.
 * @param {import('./state.mjs').State} state
 * @param {string} url
 */
export function nameUrl(state, url) {
  return state.options.urls === 'base' ? toStandInUrl(state.baseUrl, url) : url;
}
