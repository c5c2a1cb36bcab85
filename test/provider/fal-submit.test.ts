import { createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/errors.ts';
import { isUnsent } from '../../src/provider/exchange.ts';
import { fal } from '../../src/provider/fal.ts';
import { type FalStandIn, type Fault, startFalStandIn } from '../fal-stand-in/index.mjs';
import { catchError, createFal, createRecipe, createTools, KEY } from './fal-helpers.ts';

let standIn: FalStandIn;
beforeAll(async () => {
  standIn = await startFalStandIn({ keys: [KEY], models: ['acme/painter'] });
});
afterAll(() => standIn.close());
beforeEach(() => standIn.reset());

type SubmitFault = Omit<Fault, 'stage'>;

/** Answers that leave open whether the request was accepted: one POST, and never another. */
const IN_DOUBT: SubmitFault[] = [
  { kind: 'reset' },
  { kind: 'reset', accepted: true },
  { kind: 'hang' },
  { kind: 'hang', accepted: true },
  { kind: 'html' },
  { kind: 'html', accepted: true },
  { kind: 'malformed', accepted: true },
  { kind: 'nginx-502' },
  { kind: 'nginx-502', accepted: true },
  { kind: 'no-id' },
  { kind: 'bad-id' },
  { kind: 'internal_error' },
  { kind: 'internal_server_error' },
  { kind: 'runner_incomplete_response' },
  { kind: 'runner_disconnected', accepted: true },
  { kind: 'request_timeout' },
  { kind: 'user_timeout' },
  { kind: 'generation_timeout' },
  { kind: 'request_timeout_408' },
  { kind: 'conflict' },
  { kind: 'client_cancelled' },
  { kind: 'http', status: 204 },
  { kind: 'http', status: 307, headers: { location: 'https://queue.fal.run/openai/gpt-image-2' } },
];

/** Refusals: nothing was accepted, so a later request pays for nothing twice. */
const REFUSED: [SubmitFault['kind'], ErrorCode][] = [
  ['invalid_key', 'PROVIDER_AUTH'],
  ['bearer', 'PROVIDER_AUTH'],
  ['forbidden', 'PROVIDER_AUTH'],
  ['payment_required', 'PROVIDER_BALANCE'],
  ['exhausted_balance', 'PROVIDER_BALANCE'],
  ['app_not_found', 'PROVIDER_INVALID'],
  ['method_not_allowed', 'PROVIDER_INVALID'],
  ['too_large', 'PROVIDER_INVALID'],
  ['invalid_size', 'PROVIDER_INVALID'],
  ['content_policy_violation', 'PROVIDER_REFUSED'],
  ['downstream_service_error', 'PROVIDER_UNAVAILABLE'],
];

describe('submit', () => {
  it.each(IN_DOUBT)(
    'is in doubt after $kind (accepted: $accepted), with one POST',
    async (fault) => {
      standIn.setFaults([{ stage: 'submit', times: 9, ...fault }]);
      const provider = createFal(standIn, { callTimeout: fault.kind === 'hang' ? 60 : 5_000 });
      const error = await catchError(provider.submit(createRecipe(), 1, {}));
      expect(error).toMatchObject({ code: 'PROVIDER_IN_DOUBT', ended: false });
      // A repeat of the client's would come within a second; it has none to do.
      expect(standIn.stats.submits).toBe(1);
    },
  );

  it.each(REFUSED)('is refused by %s as %s, with one POST', async (kind, code) => {
    standIn.setFaults([{ stage: 'submit', times: 9, kind }]);
    const error = await catchError(createFal(standIn).submit(createRecipe(), 1, {}));
    expect(error).toMatchObject({ code, ended: true });
    expect(error.message).toMatch(/^fal, openai\/gpt-image-2: .*\(HTTP 4\d\d/);
    expect(standIn.stats).toMatchObject({ submits: 1, accepted: 0 });
  });

  it('asks again after 429, since nothing was queued, and is accepted once', async () => {
    standIn.setFaults([{ stage: 'submit', kind: 'concurrent_requests_limit', times: 2 }]);
    const tools = createTools();
    const provider = fal({ credentials: KEY, baseUrl: standIn.baseUrl }, {}, tools);
    await provider.submit(createRecipe(), 1, {});
    expect(standIn.stats).toMatchObject({ submits: 3, accepted: 1 });
    expect(tools.waits).toEqual([500, 1000]);
  });

  it('gives up after four 429s', async () => {
    standIn.setFaults([{ stage: 'submit', kind: 'concurrent_requests_limit', times: 99 }]);
    const error = await catchError(createFal(standIn).submit(createRecipe(), 1, {}));
    expect(error).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', ended: true });
    expect(standIn.stats).toMatchObject({ submits: 4, accepted: 0 });
  });

  it('has sent nothing when nobody listens', async () => {
    const baseUrl = `http://127.0.0.1:${await findClosedPort()}`;
    const error = await catchError(createFal(standIn, { baseUrl }).submit(createRecipe(), 1, {}));
    expect(error).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', ended: true });
    expect(error.message).toMatch('nothing was sent: no connection (ECONNREFUSED)');
  });

  it('has sent nothing when no address of a name listens', async () => {
    const baseUrl = `http://localhost:${await findClosedPort()}`;
    const error = await catchError(createFal(standIn, { baseUrl }).submit(createRecipe(), 1, {}));
    expect(error).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', ended: true });
  });

  it.each([
    [true, failure({ code: 'ENOTFOUND', syscall: 'getaddrinfo' })],
    [true, failure({ code: 'EAI_AGAIN', syscall: 'getaddrinfo' })],
    [true, failure({ code: 'ETIMEDOUT', syscall: 'connect' })],
    [true, failure({ code: 'UND_ERR_CONNECT_TIMEOUT' })],
    [true, failure({ code: 'SELF_SIGNED_CERT_IN_CHAIN' })],
    [
      true,
      failure({ code: 'ETIMEDOUT', errors: [{ syscall: 'connect' }, { syscall: 'connect' }] }),
    ],
    [false, failure({ code: 'ETIMEDOUT', errors: [{ syscall: 'connect' }, { syscall: 'read' }] })],
    [false, failure({ code: 'ETIMEDOUT', syscall: 'read' })],
    [false, failure({ code: 'ECONNRESET', syscall: 'read' })],
    [false, failure({ code: 'EPIPE', syscall: 'write' })],
    [false, failure({ code: 'EHOSTUNREACH', syscall: 'read' })],
    [false, failure({ code: 'UND_ERR_SOCKET' })],
    [false, failure({ code: 'UND_ERR_HEADERS_TIMEOUT' })],
    [false, new TypeError('fetch failed')],
    [false, undefined],
  ])('takes for unsent: %s (%o)', (unsent, error) => {
    expect(isUnsent(error)).toBe(unsent);
  });

  it('has sent nothing when it was stopped before', async () => {
    const signal = AbortSignal.abort();
    const error = await catchError(createFal(standIn).submit(createRecipe(), 1, { signal }));
    expect(error).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', ended: true });
    expect(standIn.stats.submits).toBe(0);
  });

  it('is in doubt when it is stopped on the way', async () => {
    standIn.setFaults([{ stage: 'submit', kind: 'hang', accepted: true }]);
    const controller = new AbortController();
    const submit = createFal(standIn).submit(createRecipe(), 1, { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    expect((await catchError(submit)).code).toBe('PROVIDER_IN_DOUBT');
    expect(standIn.stats.submits).toBe(1);
  });

  it.each(['https://evilfal.run/x', '../x', 'gpt-image-2', 'OpenAI/gpt', 'a/../b', 'a/b?c', ''])(
    'refuses the model id "%s" before anything is sent',
    async (model) => {
      const error = await catchError(createFal(standIn).submit(createRecipe({ model }), 1, {}));
      expect(error).toMatchObject({ code: 'PROVIDER_INVALID', ended: true });
      expect(standIn.requests).toEqual([]);
    },
  );

  it('does not keep URLs that the key must not go to', async () => {
    const id = '0b6a2a51-4f65-4a39-9b8c-0a6a5d3c1e11';
    const evil = `https://evil.example/openai/gpt-image-2/requests/${id}`;
    const body = {
      request_id: id,
      status_url: `${evil}/status`,
      response_url: evil,
      cancel_url: '/x',
    };
    standIn.setFaults([{ stage: 'submit', kind: 'http', status: 200, body }]);
    expect(await createFal(standIn).submit(createRecipe(), 1, {})).toEqual({
      requestId: id,
      statusUrl: null,
      responseUrl: null,
      cancelUrl: null,
    });
  });

  it('names the request of an answer that cannot be read, when its header does', async () => {
    const id = '0b6a2a51-4f65-4a39-9b8c-0a6a5d3c1e11';
    standIn.setFaults([
      { stage: 'submit', kind: 'http', status: 500, headers: { 'x-fal-request-id': id } },
    ]);
    const error = await catchError(createFal(standIn).submit(createRecipe(), 1, {}));
    expect(error.requestId).toBe(id);
  });

  it('cleans the words of the service', async () => {
    const { prompt } = createRecipe().input;
    const detail = `no\u001b[31m ${KEY} and ${KEY.split(':')[1]} with ${prompt}\r\n${'x'.repeat(900)}`;
    standIn.setFaults([{ stage: 'submit', kind: 'http', status: 422, body: { detail } }]);
    const error = await catchError(createFal(standIn).submit(createRecipe(), 1, {}));
    expect(error.message).toMatch('no [31m [key] and [key] with [prompt] xxx');
    expect(error.message.length).toBeLessThan(350);
  });
});

/** What `fetch` rejects with. */
function failure(cause: object): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('x'), cause) });
}

async function findClosedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 1;
}
