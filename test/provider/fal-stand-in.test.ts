import { createFalClient, type FalClient } from '@fal-ai/client';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type FalStandIn,
  spawnFalStandIn,
  startFalStandIn,
  toStandInUrl,
} from '../fal-stand-in/index.mjs';

const MODEL = 'openai/gpt-image-2';
const SIZE = { width: 816, height: 816 };

let standIn: FalStandIn;
let client: FalClient;

beforeAll(async () => {
  standIn = await startFalStandIn();
  client = createClient(standIn.baseUrl, standIn.key);
});
afterAll(() => standIn.close());
beforeEach(() => {
  standIn.reset();
  standIn.setOptions({ runMs: 10, hold: false, concurrency: 2, retentionMs: 3_600_000 });
});

/** fal's own client, its calls led to the stand-in. */
function createClient(baseUrl: string, credentials: string): FalClient {
  return createFalClient({
    credentials,
    fetch: (url, init) => fetch(toStandInUrl(baseUrl, String(url)), init),
  });
}

async function finish(input: Record<string, unknown>): Promise<{ data: unknown; id: string }> {
  const { request_id: requestId } = await client.queue.submit(MODEL, { input });
  await standIn.idle();
  const { data } = await client.queue.result(MODEL, { requestId });
  return { data, id: requestId };
}

async function started(requestId: string): Promise<void> {
  while ((await client.queue.status(MODEL, { requestId })).status === 'IN_QUEUE') {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function mediaUrl(data: unknown, index = 0): string {
  const { images } = data as { images: { url: string }[] };
  return images[index]?.url ?? '';
}

async function download(url: string): Promise<Buffer> {
  const response = await fetch(toStandInUrl(standIn.baseUrl, url));
  return Buffer.from(await response.arrayBuffer());
}

describe('the queue', () => {
  it('takes a job through its states', async () => {
    standIn.setOptions({ concurrency: 1, hold: true });
    const input = { prompt: 'one', image_size: SIZE };
    const first = await client.queue.submit(MODEL, { input });
    const second = await client.queue.submit(MODEL, { input });
    expect(first).toMatchObject({ status: 'IN_QUEUE', logs: null, metrics: {} });
    expect(first.response_url).toBe(`https://queue.fal.run/${MODEL}/requests/${first.request_id}`);
    await started(first.request_id);
    const about = async (requestId: string): Promise<Record<string, unknown>> => ({
      ...(await client.queue.status(MODEL, { requestId, logs: true })),
    });
    expect(await about(first.request_id)).toMatchObject({
      status: 'IN_PROGRESS',
      logs: [{ level: 'INFO' }],
    });
    expect(await about(second.request_id)).toMatchObject({ status: 'IN_QUEUE', queue_position: 0 });
    standIn.setOptions({ hold: false });
    await standIn.idle();
    const done = await about(first.request_id);
    expect(done).toMatchObject({
      status: 'COMPLETED',
      metrics: { inference_time: expect.any(Number) },
    });
    expect(done).not.toHaveProperty('error');
    expect(standIn.stats).toMatchObject({ submits: 2, accepted: 2, billedImages: 2 });
  });

  it('makes another picture each time, of the size and format asked for', async () => {
    const input = { prompt: 'two', image_size: SIZE, num_images: 2, output_format: 'webp' };
    const { data } = await finish(input);
    const [a, b] = await Promise.all([download(mediaUrl(data)), download(mediaUrl(data, 1))]);
    expect(a.equals(b)).toBe(false);
    expect(await sharp(a).metadata()).toMatchObject({ ...SIZE, format: 'webp' });
    expect(standIn.inputs).toEqual([input]);
  });

  it('gives data URLs with sync_mode', async () => {
    const { data } = await finish({ prompt: 'three', image_size: SIZE, sync_mode: true });
    expect(mediaUrl(data)).toMatch(/^data:image\/png;base64,/);
  });

  it('bills by the token formula, in the header of the result', async () => {
    const input = { prompt: 'four', image_size: { width: 1024, height: 768 }, quality: 'medium' };
    const { id } = await finish(input);
    const url = `${standIn.baseUrl}/${MODEL}/requests/${id}`;
    const response = await fetch(url, { headers: { authorization: `Key ${standIn.key}` } });
    expect(response.headers.get('x-fal-billable-units')).toBe('0.04');
    expect(response.headers.get('x-fal-request-id')).toBe(id);
    expect(standIn.stats.billedUsd).toBe(0.04);
  });

  it('says yes to a bad input and delivers the refusal with the result', async () => {
    const input = { image_size: { width: 768, height: 768 }, num_images: 9 };
    const { request_id: requestId } = await client.queue.submit(MODEL, { input });
    await standIn.idle();
    const status = await client.queue.status(MODEL, { requestId });
    expect(status).toMatchObject({ status: 'COMPLETED', error: expect.any(String) });
    const error = await client.queue
      .result(MODEL, { requestId })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: 'ValidationError',
      status: 422,
      body: { detail: [{ type: 'missing' }, { type: 'less_than_equal' }, { type: 'value_error' }] },
    });
    expect(standIn.stats.billedImages).toBe(0);
  });

  it('cancels what waits, promises to cancel what runs, refuses the rest', async () => {
    standIn.setOptions({ concurrency: 1, hold: true });
    const input = { prompt: 'five', image_size: SIZE };
    const running = await client.queue.submit(MODEL, { input });
    const queued = await client.queue.submit(MODEL, { input });
    await started(running.request_id);
    await client.queue.cancel(MODEL, { requestId: running.request_id });
    await client.queue.cancel(MODEL, { requestId: queued.request_id });
    const again = client.queue.cancel(MODEL, { requestId: queued.request_id });
    await expect(again).rejects.toMatchObject({
      status: 400,
      body: { status: 'ALREADY_COMPLETED' },
    });
    const result = client.queue.result(MODEL, { requestId: queued.request_id });
    await expect(result).rejects.toMatchObject({ status: 499 });
    const unknown = client.queue.cancel(MODEL, { requestId: 'nobody' });
    await expect(unknown).rejects.toMatchObject({ status: 404, body: { status: 'NOT_FOUND' } });
    standIn.setOptions({ hold: false });
    await standIn.idle();
    expect(standIn.stats.billedImages).toBe(1);
  });

  it('forgets results', async () => {
    const { id } = await finish({ prompt: 'six', image_size: SIZE });
    standIn.setOptions({ retentionMs: -1 });
    const result = client.queue.result(MODEL, { requestId: id });
    await expect(result).rejects.toMatchObject({ status: 404, body: { status: 'NOT_FOUND' } });
  });

  it.each([
    ['Bearer x', 'bearer: unable to decode issuer'],
    ['Key wrong', 'invalid key credentials'],
    ['', 'Authorization header is required'],
  ])('refuses the credentials "%s"', async (authorization, detail) => {
    const headers = new Headers(authorization === '' ? {} : { authorization });
    const response = await fetch(`${standIn.baseUrl}/${MODEL}`, { method: 'POST', headers });
    expect([response.status, await response.json()]).toEqual([401, { detail }]);
  });

  it('refuses status and result with the subpath of an edit endpoint', async () => {
    const url = `${standIn.baseUrl}/${MODEL}/edit/requests/some-id/status`;
    expect((await fetch(url, { headers: { authorization: `Key ${standIn.key}` } })).status).toBe(
      405,
    );
  });

  it('accepts and bills a job whose answer is lost, when told so', async () => {
    standIn.setFaults([{ stage: 'submit', kind: 'reset', accepted: true }]);
    const post = fetch(`${standIn.baseUrl}/${MODEL}`, {
      method: 'POST',
      headers: { authorization: `Key ${standIn.key}` },
      body: JSON.stringify({ prompt: 'seven', image_size: SIZE }),
    });
    await expect(post).rejects.toThrow('fetch failed');
    await standIn.idle();
    expect(standIn.stats).toMatchObject({ submits: 1, accepted: 1, billedImages: 1 });
  });
});

describe('the storage', () => {
  it('takes an upload without a key on the PUT', async () => {
    const url = await client.storage.upload(new Blob(['hello'], { type: 'text/plain' }));
    expect((await download(url)).toString()).toBe('hello');
    const put = standIn.requests.find((request) => request.stage === 'upload-put');
    expect(put?.headers).not.toHaveProperty('authorization');
  });

  it('takes an upload in parts', async () => {
    const size = 91 * 1024 * 1024;
    const url = await client.storage.upload(new Blob([Buffer.alloc(size, 7)]));
    expect((await download(url)).length).toBe(size);
  });
});

describe('a child process', () => {
  it('serves, is controlled over HTTP and ends', async () => {
    const remote = await spawnFalStandIn({ runMs: 1 });
    await remote.setFaults([{ stage: 'submit', kind: 'exhausted_balance' }]);
    const submit = createClient(remote.baseUrl, remote.key).queue.submit(MODEL, { input: {} });
    await expect(submit).rejects.toMatchObject({ status: 403 });
    expect(await remote.stats()).toMatchObject({ submits: 1, accepted: 0 });
    await remote.close();
    await expect(remote.stats()).rejects.toThrow('fetch failed');
  });
});
