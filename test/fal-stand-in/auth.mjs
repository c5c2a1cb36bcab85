import { findServiceError } from './errors.mjs';

/**
 * What is wrong with a request's credentials, or null.
 * @param {import('./state.mjs').State} state
 * @param {string | undefined} header
 * @returns {import('./errors.mjs').ServiceAnswer | null}
 */
export function refuseKey(state, header) {
  if (header === undefined) {
    return { status: 401, body: { detail: 'Authorization header is required' } };
  }
  if (header.startsWith('Bearer ')) return findServiceError('bearer');
  const key = /^Key (.+)$/.exec(header)?.[1];
  return key !== undefined && state.options.keys.includes(key)
    ? null
    : findServiceError('invalid_key');
}
