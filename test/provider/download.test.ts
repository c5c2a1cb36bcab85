import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/errors.ts';
import { checkSize, decodeImage } from '../../src/provider/decode.ts';
import { downloadMedia } from '../../src/provider/download.ts';
import type { ProviderResult } from '../../src/provider/types.ts';
import { type FalStandIn, type Fault, startFalStandIn } from '../fal-stand-in/index.mjs';
import { catchError, createFal, createRecipe, createTools, KEY, pollToEnd } from './fal-helpers.ts';

let standIn: FalStandIn;
let result: ProviderResult;
const recipe = createRecipe();

beforeAll(async () => {
  standIn = await startFalStandIn({ keys: [KEY] });
  const provider = createFal(standIn);
  result = await pollToEnd(provider, recipe, await provider.submit(recipe, 1, {}));
});
afterAll(() => standIn.close());
beforeEach(() => {
  standIn.setFaults([]);
  standIn.requests.length = 0;
});

type MediaFault = Omit<Fault, 'stage'>;

const LASTING: [MediaFault, ErrorCode, number][] = [
  [{ kind: 'short' }, 'IMAGE_DOWNLOAD', 4],
  [{ kind: 'reset' }, 'IMAGE_DOWNLOAD', 4],
  [{ kind: 'hang' }, 'IMAGE_DOWNLOAD', 4],
  [{ kind: 'slow', ms: 60 }, 'IMAGE_DOWNLOAD', 4],
  [{ kind: 'http', status: 404 }, 'IMAGE_DOWNLOAD', 4],
  [{ kind: 'http', status: 503 }, 'IMAGE_DOWNLOAD', 4],
  [{ kind: 'http', status: 403 }, 'IMAGE_DOWNLOAD', 1],
  [{ kind: 'http', status: 206 }, 'IMAGE_DOWNLOAD', 1],
  [{ kind: 'html' }, 'IMAGE_TYPE', 1],
  [{ kind: 'wrong-type' }, 'IMAGE_TYPE', 1],
  [{ kind: 'truncated' }, 'IMAGE_CORRUPT', 1],
  [{ kind: 'corrupt' }, 'IMAGE_CORRUPT', 1],
  [{ kind: 'wrong-size', width: 800, height: 816 }, 'IMAGE_SIZE', 1],
  [{ kind: 'wrong-size', width: 1632, height: 1632 }, 'IMAGE_SIZE', 1],
  [{ kind: 'oversize', bytes: 65 * 1024 * 1024 }, 'IMAGE_TOO_LARGE', 1],
  [{ kind: 'oversize-chunked', bytes: 65 * 1024 * 1024 }, 'IMAGE_TOO_LARGE', 1],
  [{ kind: 'redirect', to: 'https://evil.example/a.png' }, 'IMAGE_HOST', 1],
  [{ kind: 'redirect', to: 'https://fal.media.evil.example/a.png' }, 'IMAGE_HOST', 1],
  [{ kind: 'redirect', to: 'http://v3.fal.media/a.png' }, 'IMAGE_HOST', 1],
  [{ kind: 'redirect', to: 'http://127.0.0.1:1/a.png' }, 'IMAGE_HOST', 1],
  [{ kind: 'redirect', to: 'http://169.254.169.254/latest/meta-data' }, 'IMAGE_HOST', 1],
  [{ kind: 'redirect', to: 'http://[::1]/a.png' }, 'IMAGE_HOST', 1],
  [{ kind: 'redirect', to: 'http://localhost/a.png' }, 'IMAGE_HOST', 1],
  [{ kind: 'redirect', to: 'file:///etc/passwd' }, 'IMAGE_HOST', 1],
  [{ kind: 'redirect', to: 'https://' }, 'IMAGE_DOWNLOAD', 1],
  [{ kind: 'redirect-loop' }, 'IMAGE_DOWNLOAD', 4],
];

describe('collect', () => {
  it.each(LASTING)('%j is %s after %i requests', async (fault, code, requests) => {
    standIn.setFaults([{ stage: 'media', times: 99, ...fault }]);
    const hasty = fault.kind === 'hang' || fault.kind === 'slow';
    const provider = createFal(standIn, { callTimeout: hasty ? 150 : 5_000 });
    const error = await catchError(provider.collect(recipe, result, {}));
    expect(error).toMatchObject({ code, ended: false });
    expect(standIn.requests).toHaveLength(requests);
  });

  it.each(['short', 'reset', 'not_found', 'internal_error', 'nginx-502'] as const)(
    'gets over %s',
    async (kind) => {
      standIn.setFaults([{ stage: 'media', kind, times: 3 }]);
      expect(await createFal(standIn).collect(recipe, result, {})).toHaveLength(1);
    },
  );

  it('follows three redirects between hosts of the service, without a key', async () => {
    const url = (host: string): string =>
      `https://${host}${new URL(result.media[0]?.url ?? '').pathname}`;
    standIn.setFaults(
      ['v3.fal.media', 'fal.media', 'v2.fal.media'].map((host) => ({
        stage: 'media',
        kind: 'redirect',
        to: url(host),
      })),
    );
    expect(await createFal(standIn).collect(recipe, result, {})).toHaveLength(1);
    expect(standIn.requests.map(({ host }) => host)).toEqual([
      'v3b.fal.media',
      'v3.fal.media',
      'fal.media',
      'v2.fal.media',
    ]);
    expect(JSON.stringify(standIn.requests)).not.toMatch(/marked-key/);
  });

  it('takes a slow picture that arrives in time', async () => {
    standIn.setFaults([{ stage: 'media', kind: 'slow', ms: 5 }]);
    expect(await createFal(standIn).collect(recipe, result, {})).toHaveLength(1);
  });

  it('takes a larger picture of a model that is not known, and no smaller one', async () => {
    const other = createRecipe({ model: 'acme/painter' });
    const provider = createFal(standIn);
    standIn.setFaults([{ stage: 'media', kind: 'wrong-size', width: 1000, height: 816 }]);
    const [image] = await provider.collect(other, result, {});
    expect(image?.size).toEqual({ width: 1000, height: 816 });
    standIn.setFaults([{ stage: 'media', kind: 'wrong-size', width: 2000, height: 815 }]);
    expect((await catchError(provider.collect(other, result, {}))).code).toBe('IMAGE_SIZE');
  });

  it('stops when it is told to', async () => {
    standIn.setFaults([{ stage: 'media', kind: 'hang', times: 9 }]);
    const controller = new AbortController();
    const collect = createFal(standIn).collect(recipe, result, { signal: controller.signal });
    setTimeout(() => controller.abort(), 30);
    expect((await catchError(collect)).code).toBe('IMAGE_DOWNLOAD');
    expect(standIn.requests).toHaveLength(1);
  });
});

describe('downloadMedia', () => {
  const rules = { baseUrl: null, timeout: 1_000, tools: createTools() };

  it.each([
    'http://127.0.0.1:1/a.png',
    'https://127.0.0.1/a.png',
    'https://10.0.0.1/a.png',
    'https://[::1]/a.png',
    'https://2130706433/a.png',
    'https://localhost/a.png',
    'https://queue.fal.run/a.png',
    'https://notfal.media/a.png',
    'https://fal.media@evil.example/a.png',
    'https://v3.fal.media:8443/a.png',
    'https://user:pass@v3.fal.media/a.png',
    'file:///etc/passwd',
    'not a url',
  ])('fetches nothing from %s', async (url) => {
    expect((await catchError(downloadMedia(url, rules))).code).toBe('IMAGE_HOST');
  });

  it.each([
    ['data:text/html;base64,AAAA', 'IMAGE_TYPE'],
    ['data:image/svg+xml;base64,AAAA', 'IMAGE_TYPE'],
    ['data:image/png,AAAA', 'IMAGE_TYPE'],
    [`data:image/png;base64,${'A'.repeat(2_000)}`, 'IMAGE_TOO_LARGE'],
  ] as const)('refuses %.40s', async (url, code) => {
    expect((await catchError(downloadMedia(url, { ...rules, maxBytes: 1_000 }))).code).toBe(code);
  });
});

describe('decodeImage', () => {
  const picture = sharp({ create: { width: 40, height: 30, channels: 3, background: '#a63' } });

  it.each(['png', 'jpeg', 'webp'] as const)('reads %s from its bytes', async (format) => {
    const bytes = await picture.clone().toFormat(format).toBuffer();
    const image = await decodeImage(bytes);
    expect(image).toEqual({ bytes, type: format, size: { width: 40, height: 30 } });
  });

  it.each(['png', 'jpeg', 'webp'] as const)('refuses a %s that ends early', async (format) => {
    const noise = sharp({
      create: {
        width: 64,
        height: 64,
        channels: 3,
        background: '#000',
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
      },
    });
    const bytes = await noise.toFormat(format).toBuffer();
    for (const share of [0.95, 0.5, 0.1]) {
      const cut = bytes.subarray(0, Math.floor(bytes.length * share));
      expect((await catchError(decodeImage(cut))).code).toBe('IMAGE_CORRUPT');
    }
  });

  it('refuses a small file that claims a huge picture', async () => {
    const bytes = Buffer.from(await picture.clone().png().toBuffer());
    bytes.writeUInt32BE(60_000, 16);
    bytes.writeUInt32BE(60_000, 20);
    bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
    expect((await catchError(decodeImage(bytes))).code).toBe('IMAGE_TOO_LARGE');
  });

  it.each(['', 'GIF89a', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'RIFF0000AVI '])(
    'does not take "%s" for a picture',
    async (text) => {
      expect((await catchError(decodeImage(Buffer.from(text)))).code).toBe('IMAGE_TYPE');
    },
  );

  it('compares sizes', () => {
    const asked = { width: 816, height: 816 };
    expect(() => checkSize({ width: 816, height: 817 }, asked, 'exact')).toThrow('816x817');
    expect(() => checkSize({ width: 816, height: 817 }, asked, 'at-least')).not.toThrow();
  });
});
