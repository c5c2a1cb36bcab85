import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/errors.ts';
import type { Provider, Submission } from '../../src/provider/types.ts';
import { type FalStandIn, type Fault, startFalStandIn } from '../fal-stand-in/index.mjs';
import { catchError, createFal, createRecipe, KEY, pollToEnd } from './fal-helpers.ts';

let standIn: FalStandIn;
beforeAll(async () => {
  standIn = await startFalStandIn({ keys: [KEY] });
});
afterAll(() => standIn.close());
beforeEach(() => {
  standIn.reset();
  standIn.setOptions({ retentionMs: 3_600_000 });
});

const recipe = createRecipe();

/** A finished request, with faults on the way to it. */
async function finished(faults: Fault[], callTimeout = 5_000): Promise<[Provider, Submission]> {
  standIn.setFaults(faults.filter((fault) => fault.stage === 'job'));
  const provider = createFal(standIn, { callTimeout });
  const submission = await provider.submit(recipe, 1, {});
  await standIn.idle();
  standIn.setFaults(faults);
  return [provider, submission];
}

/** How a job ends that gives no picture: over, and never asked for again. */
const JOB_ENDS: [Fault['kind'], ErrorCode][] = [
  ['content_policy_violation', 'PROVIDER_REFUSED'],
  ['invalid_size', 'PROVIDER_INVALID'],
  ['path_not_found', 'PROVIDER_INVALID'],
  ['downstream_service_error', 'PROVIDER_UNAVAILABLE'],
  ['downstream_service_error_final', 'PROVIDER_INVALID'],
  ['internal_error', 'PROVIDER_UNAVAILABLE'],
  ['internal_server_error', 'PROVIDER_UNAVAILABLE'],
  ['runner_incomplete_response', 'PROVIDER_UNAVAILABLE'],
  ['runner_disconnected', 'PROVIDER_UNAVAILABLE'],
  ['request_timeout', 'PROVIDER_UNAVAILABLE'],
  ['user_timeout', 'PROVIDER_UNAVAILABLE'],
  ['generation_timeout', 'PROVIDER_UNAVAILABLE'],
  ['client_cancelled', 'PROVIDER_GONE'],
];

/** Trouble on the way, that passes. */
const PASSING: Fault['kind'][] = [
  'reset',
  'hang',
  'html',
  'malformed',
  'nginx-502',
  'concurrent_requests_limit',
  'request_timeout_408',
  'internal_error',
  'internal_server_error',
  'runner_disconnected',
  'request_timeout',
  'not_found',
];

describe('a job that fails', () => {
  it.each(JOB_ENDS)('with %s is %s and ended', async (kind, code) => {
    const [provider, submission] = await finished([{ stage: 'job', kind }]);
    const error = await catchError(provider.poll(recipe, submission, {}));
    expect(error).toMatchObject({ code, ended: true, requestId: submission.requestId });
    expect(standIn.stats).toMatchObject({ submits: 1, results: 1, billedImages: 0 });
  });
});

describe.each(['status', 'result'] as const)('%s', (stage) => {
  const count = stage === 'status' ? 'statuses' : 'results';
  const callTimeout = (kind: string): number => (kind === 'hang' ? 150 : 5_000);

  it.each(PASSING)('gets over %s, without the client repeating on its own', async (kind) => {
    const [provider, submission] = await finished([{ stage, kind, times: 3 }], callTimeout(kind));
    const result = await pollToEnd(provider, recipe, submission);
    expect(result.media).toHaveLength(1);
    expect(standIn.stats[count]).toBe(4);
  });

  it.each(PASSING)('gives up on lasting %s, and the request stays', async (kind) => {
    const [provider, submission] = await finished([{ stage, kind, times: 99 }], callTimeout(kind));
    const error = await catchError(provider.poll(recipe, submission, {}));
    const codes: Record<string, ErrorCode> = {
      hang: 'PROVIDER_TIMEOUT',
      not_found: 'PROVIDER_GONE',
    };
    expect(error.code).toBe(codes[kind] ?? 'PROVIDER_UNAVAILABLE');
    expect(error.ended).toBe(false);
    expect(error.hint).toMatch(
      kind === 'not_found' ? '--retry-in-doubt' : 'goes on with the same request',
    );
    expect(standIn.stats[count]).toBe(4);
  });

  it.each([
    ['invalid_key', 'PROVIDER_AUTH'],
    ['exhausted_balance', 'PROVIDER_BALANCE'],
    ['method_not_allowed', 'PROVIDER_INVALID'],
  ] as const)('leaves the request alone on %s', async (kind, code) => {
    const [provider, submission] = await finished([{ stage, kind, times: 9 }]);
    const error = await catchError(provider.poll(recipe, submission, {}));
    expect(error).toMatchObject({ code, ended: false });
    expect(standIn.stats[count]).toBe(1);
  });

  it('does not take the page of a gateway for the end of a request', async () => {
    const fault: Fault = { stage, kind: 'http', status: 404, body: 'x', times: 9 };
    const [provider, submission] = await finished([fault]);
    const error = await catchError(provider.poll(recipe, submission, {}));
    expect(error).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', ended: false });
  });

  it('stops trying when the call is stopped', async () => {
    const [provider, submission] = await finished([{ stage, kind: 'hang', times: 9 }]);
    const controller = new AbortController();
    const poll = provider.poll(recipe, submission, { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    expect(await catchError(poll)).toMatchObject({ code: 'PROVIDER_TIMEOUT', ended: false });
    expect(standIn.stats[count]).toBe(1);
  });
});

describe('poll', () => {
  it('waits on a state nobody knows, and does not wait for ever', async () => {
    const [provider, submission] = await finished([
      { stage: 'status', kind: 'unknown-status', times: 99 },
    ]);
    const error = await catchError(provider.poll(recipe, submission, {}));
    expect(error).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', ended: false });
  });

  it('asks again when the result is late', async () => {
    const [provider, submission] = await finished([{ stage: 'result', kind: 'still_in_progress' }]);
    expect((await pollToEnd(provider, recipe, submission)).media).toHaveLength(1);
  });

  it('knows a result that is gone', async () => {
    const [provider, submission] = await finished([]);
    standIn.setOptions({ retentionMs: -1 });
    const error = await catchError(provider.poll(recipe, submission, {}));
    expect(error).toMatchObject({ code: 'PROVIDER_GONE', ended: false });
  });

  it.each([
    [{ images: [] }, 'PROVIDER_RESPONSE'],
    [{ detail: [{ type: 'no_media_generated', msg: 'x' }] }, 'PROVIDER_INVALID'],
  ] as const)('is ended by %j in the place of a result', async (body, code) => {
    const headers = { 'x-fal-billable-units': '0' };
    const [provider, submission] = await finished([
      { stage: 'result', kind: 'http', status: 200, body, headers },
    ]);
    const error = await catchError(provider.poll(recipe, submission, {}));
    expect(error).toMatchObject({ code, ended: true, sendAgain: false });
  });

  it.each(['no-images', 'detail-200'] as const)(
    'is not over when it was billed and the result is %s',
    async (kind) => {
      const [provider, submission] = await finished([{ stage: 'result', kind }]);
      const error = await catchError(provider.poll(recipe, submission, {}));
      expect(error).toMatchObject({ code: 'PROVIDER_RESPONSE', ended: false });
      expect(error.hint).toContain('--retry-in-doubt');
      expect((await pollToEnd(provider, recipe, submission)).media).toHaveLength(1);
    },
  );

  it.each([
    ['internal_error', true],
    ['downstream_service_error', true],
    ['internal_server_error', false],
    ['generation_timeout', false],
    ['downstream_service_error_final', false],
    ['content_policy_violation', false],
  ] as const)('says of %s whether another request may help: %s', async (kind, sendAgain) => {
    const [provider, submission] = await finished([{ stage: 'job', kind }]);
    const error = await catchError(provider.poll(recipe, submission, {}));
    expect(error).toMatchObject({ ended: true, sendAgain });
  });

  it.each([
    ['content_policy_violation', 'PROVIDER_REFUSED'],
    ['invalid_size', 'PROVIDER_INVALID'],
    ['downstream_service_error', 'PROVIDER_UNAVAILABLE'],
    ['client_cancelled', 'PROVIDER_GONE'],
  ] as const)('is ended by %s though the status spoke of no error', async (kind, code) => {
    const [provider, submission] = await finished([{ stage: 'result', kind, times: 9 }]);
    const error = await catchError(provider.poll(recipe, submission, {}));
    expect(error).toMatchObject({ code, ended: true });
    expect(standIn.stats.results).toBe(1);
  });

  it('takes what is there when there are fewer pictures', async () => {
    const provider = createFal(standIn);
    const submission = await provider.submit(recipe, 3, {});
    standIn.setFaults([{ stage: 'result', kind: 'fewer' }]);
    expect((await pollToEnd(provider, recipe, submission)).media).toHaveLength(2);
  });

  it('takes odd fields of answers for absent, and the single image of other models', async () => {
    const image = { url: 'https://v3.fal.media/a.png', content_type: 7 };
    const [provider, submission] = await finished([
      {
        stage: 'result',
        kind: 'http',
        status: 200,
        body: { image },
        headers: { 'x-fal-billable-units': 'x' },
      },
    ]);
    const result = await pollToEnd(provider, recipe, submission);
    expect(result).toEqual({ media: [{ url: image.url, contentType: null }], billedUsd: null });
  });

  it.each(['../../../x', 'x', ''])(
    'refuses the request id "%s" of a journal',
    async (requestId) => {
      const submission = { requestId, statusUrl: null, responseUrl: null, cancelUrl: null };
      const error = await catchError(createFal(standIn).poll(recipe, submission, {}));
      expect(error.code).toBe('PROVIDER_INVALID');
      expect(standIn.requests).toEqual([]);
    },
  );

  it('does not follow the URLs of a poisoned journal', async () => {
    const [provider, submission] = await finished([]);
    const other = await startFalStandIn({ keys: [KEY] });
    const path = `/openai/gpt-image-2/requests/${submission.requestId}`;
    const poisoned = {
      ...submission,
      statusUrl: `${other.baseUrl}${path}/status`,
      responseUrl: `https://queue.fal.run@${new URL(other.baseUrl).host}${path}`,
    };
    expect((await pollToEnd(provider, recipe, poisoned)).media).toHaveLength(1);
    expect(other.requests).toEqual([]);
    await other.close();
  });
});
