import { ImagePromptError } from '../errors.ts';
import { withDeadline } from './exchange.ts';
import { rebaseUrl } from './fal-url.ts';
import { checkMediaUrl } from './media-url.ts';
import { BodyTooLarge, readBody } from './read-body.ts';
import { type RetryTools, type Try, tryRepeatedly } from './retry.ts';

/** Limits of a download. */
export interface DownloadRules {
  /** Where the service lies instead of at its own hosts; see `FalOptions.baseUrl`. */
  baseUrl: string | null;
  /** Milliseconds for one try, redirects and body included. */
  timeout: number;
  tools: RetryTools;
  signal?: AbortSignal | undefined;
  /**
   * Most bytes of a picture.
   * @default 64 MiB
   */
  maxBytes?: number;
}

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_REDIRECTS = 3;

/**
 * Fetches the bytes of a picture, tried a few times; a `data:` URL is decoded. Media are public: no key
 * and no header of the user's goes along. What the bytes are is not looked at here.
 * @throws ImagePromptError IMAGE_DOWNLOAD, IMAGE_HOST, IMAGE_TYPE, IMAGE_TOO_LARGE
 */
export async function downloadMedia(url: string, rules: DownloadRules): Promise<Buffer> {
  if (url.startsWith('data:')) return decodeDataUrl(url, rules.maxBytes ?? MAX_BYTES);
  return await tryRepeatedly(
    async () =>
      await withDeadline(rules, async (deadline) => {
        try {
          return await fetchOnce(url, rules, deadline);
        } catch (cause) {
          if (cause instanceof ImagePromptError) return { error: cause, again: false };
          if (cause instanceof BodyTooLarge) return { error: tooLarge(rules), again: false };
          const why = deadline.aborted ? 'no whole answer in time' : 'the connection broke';
          return { error: broken(url, why, cause), again: true };
        }
      }),
    rules,
  );
}

async function fetchOnce(
  start: string,
  rules: DownloadRules,
  signal: AbortSignal,
): Promise<Try<Buffer>> {
  let url = checkMediaUrl(start, rules.baseUrl);
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    const response = await fetch(rebaseUrl(url.href, rules.baseUrl), {
      // Plain bytes: their number is checked against the announced length.
      headers: { accept: 'image/*', 'accept-encoding': 'identity' },
      redirect: 'manual',
      signal,
    });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) {
      return await readPicture(response, url, rules);
    }
    await response.body?.cancel();
    if (!URL.canParse(location, url.href))
      return { error: broken(start, 'a broken redirect'), again: false };
    url = checkMediaUrl(new URL(location, url.href).href, rules.baseUrl);
  }
  return { error: broken(start, 'too many redirects'), again: false };
}

async function readPicture(
  response: Response,
  url: URL,
  rules: DownloadRules,
): Promise<Try<Buffer>> {
  const { status } = response;
  if (status !== 200) {
    await response.body?.cancel();
    // A file may show up on all servers of a CDN a moment after its URL: 404 is worth another try.
    const again = [404, 408, 425, 429].includes(status) || status >= 500;
    return { error: broken(url.href, `HTTP ${status}`), again };
  }
  const bytes = await readBody(response, rules.maxBytes ?? MAX_BYTES);
  const announced = response.headers.get('content-length');
  const plain = response.headers.get('content-encoding') === null;
  if (plain && announced !== null && Number(announced) !== bytes.length) {
    const why = `${bytes.length} of ${announced} bytes arrived`;
    return { error: broken(url.href, why), again: true };
  }
  return { value: bytes };
}

function decodeDataUrl(url: string, maxBytes: number): Buffer {
  const comma = url.indexOf(',');
  if (!/^data:image\/(png|jpeg|webp);base64$/.test(url.slice(0, Math.max(0, comma)))) {
    throw new ImagePromptError('IMAGE_TYPE', 'Expected a picture in the data URL of fal.');
  }
  // Four characters hold three bytes: refused before anything is decoded.
  if ((url.length - comma) * 0.75 > maxBytes + 3) throw tooLarge({ maxBytes });
  return Buffer.from(url.slice(comma + 1), 'base64');
}

/** Says the host only: paths of media are as good as the pictures. */
function broken(url: string, why: string, cause?: unknown): ImagePromptError {
  const host = URL.canParse(url) ? new URL(url).hostname : 'an unknown host';
  return new ImagePromptError('IMAGE_DOWNLOAD', `Expected a picture from ${host}: ${why}.`, {
    cause,
  });
}

function tooLarge({ maxBytes = MAX_BYTES }: { maxBytes?: number }): ImagePromptError {
  return new ImagePromptError(
    'IMAGE_TOO_LARGE',
    `Expected a picture of at most ${maxBytes} bytes.`,
  );
}
