import { ImagePromptError } from '../errors.ts';
import { readBody } from './read-body.ts';

/** Milliseconds for a whole download. */
const TIMEOUT = 60_000;

/**
 * Fetches a file of an edit from wherever its author says, once: no key and no header of the user's goes
 * along. What the bytes are is not looked at here.
 * @throws ImagePromptError IMAGE_DOWNLOAD
 */
export async function fetchInput(url: string, maxBytes: number): Promise<Buffer> {
  const { hostname } = new URL(url);
  const fail = (why: string, cause?: unknown): ImagePromptError =>
    new ImagePromptError('IMAGE_DOWNLOAD', `Expected a picture from ${hostname}: ${why}.`, {
      cause,
      hint: 'Check the address, or download the file and keep it beside the spec.',
    });
  try {
    const signal = AbortSignal.timeout(TIMEOUT);
    const response = await fetch(url, { headers: { accept: 'image/*' }, signal });
    if (response.status === 200) return await readBody(response, maxBytes);
    await response.body?.cancel();
    throw fail(`HTTP ${response.status}`);
  } catch (cause) {
    throw cause instanceof ImagePromptError ? cause : fail('it did not come', cause);
  }
}
