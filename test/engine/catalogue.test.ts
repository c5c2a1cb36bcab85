import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDefaultEngine } from '../../src/engine/defaults.ts';
import type { GenerateReport } from '../../src/engine/types.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { resolveOptions } from '../../src/options.ts';
import type { FalStandIn, Fault } from '../fal-stand-in/index.mjs';
import { createProject, type Project } from '../helpers/project.ts';
import { createFal, GENERATE, spec, startService } from './helpers.ts';

let service: FalStandIn;
const count = { tried: 0, paid: 0, pictures: 0, unbilled: 0 };
beforeAll(async () => {
  service = await startService();
});
afterAll(async () => {
  await service?.close();
  const { tried, paid, pictures, unbilled } = count;
  console.log(
    `faults: ${tried} tried, ${pictures} pictures, ${paid} billed, ${unbilled} jobs ended unbilled, 0 lost`,
  );
});
beforeEach(() => {
  service.reset();
});

/** A generate of the project, with no wait between attempts. */
async function generate(project: Project, retryInDoubt = false): Promise<GenerateReport> {
  const { root } = project;
  const provider = createFal(service, { callTimeout: 400 });
  const context = { root, command: 'cli', env: {}, defaultProvider: () => provider } as const;
  const engine = createDefaultEngine(resolveOptions({}, context), {}, { retryDelay: () => 1 });
  const files = await engine.select([], root);
  return await engine.generate(files, { ...GENERATE, concurrency: 1, retryInDoubt });
}

interface Row {
  fault: Omit<Fault, 'times'> & { times?: number };
  /** Null: the run gets over it by itself. */
  code: ErrorCode | null;
  /** Whether a note is left for a later run. */
  kept?: boolean;
  /** Whether the other picture is not sent either. */
  stops?: boolean;
}

const submit = (kind: Fault['kind'], code: Row['code'], more: Partial<Fault> = {}): Row => ({
  fault: { stage: 'submit', kind, match: { prompt: 'First' }, times: 1, ...more },
  code,
});
const later = (stage: Fault['stage'], kind: Fault['kind'], code: Row['code'], more = {}): Row => ({
  fault: { stage, kind, times: 99, ...more },
  code,
});

const ROWS: Row[] = [
  { ...submit('reset', 'PROVIDER_IN_DOUBT', { accepted: true }), kept: true },
  { ...submit('reset', 'PROVIDER_IN_DOUBT'), kept: true },
  { ...submit('hang', 'PROVIDER_IN_DOUBT', { accepted: true }), kept: true },
  { ...submit('html', 'PROVIDER_IN_DOUBT'), kept: true },
  { ...submit('malformed', 'PROVIDER_IN_DOUBT', { accepted: true }), kept: true },
  { ...submit('nginx-502', 'PROVIDER_IN_DOUBT'), kept: true },
  { ...submit('internal_error', 'PROVIDER_IN_DOUBT'), kept: true },
  { ...submit('request_timeout', 'PROVIDER_IN_DOUBT'), kept: true },
  { ...submit('conflict', 'PROVIDER_IN_DOUBT'), kept: true },
  { ...submit('no-id', 'PROVIDER_IN_DOUBT'), kept: true },
  { ...submit('bad-id', 'PROVIDER_IN_DOUBT'), kept: true },
  { ...submit('invalid_key', 'PROVIDER_AUTH'), stops: true },
  { ...submit('payment_required', 'PROVIDER_BALANCE'), stops: true },
  { ...submit('exhausted_balance', 'PROVIDER_BALANCE'), stops: true },
  submit('app_not_found', 'PROVIDER_INVALID'),
  submit('too_large', 'PROVIDER_INVALID'),
  submit('concurrent_requests_limit', null),
  submit('delay', null, { ms: 50 }),
  { ...later('status', 'reset', 'PROVIDER_UNAVAILABLE'), kept: true },
  { ...later('status', 'html', 'PROVIDER_UNAVAILABLE'), kept: true },
  { ...later('status', 'nginx-502', 'PROVIDER_UNAVAILABLE'), kept: true },
  { ...later('status', 'internal_error', 'PROVIDER_UNAVAILABLE'), kept: true },
  { ...later('status', 'invalid_key', 'PROVIDER_AUTH'), kept: true },
  { ...later('status', 'not_found', 'PROVIDER_GONE'), kept: true },
  later('status', 'reset', null, { times: 2 }),
  { ...later('result', 'malformed', 'PROVIDER_UNAVAILABLE'), kept: true },
  { ...later('result', 'hang', 'PROVIDER_TIMEOUT'), kept: true },
  later('result', 'detail-200', 'PROVIDER_INVALID'),
  later('result', 'no-images', 'PROVIDER_RESPONSE'),
  later('job', 'content_policy_violation', 'PROVIDER_REFUSED', { times: 1 }),
  later('job', 'invalid_size', 'PROVIDER_INVALID', { times: 1 }),
  later('job', 'downstream_service_error_final', 'PROVIDER_INVALID', { times: 1 }),
  later('job', 'client_cancelled', 'PROVIDER_GONE', { times: 1 }),
  later('job', 'downstream_service_error', null, { times: 2 }),
  later('job', 'runner_disconnected', null, { times: 1 }),
  later('job', 'downstream_service_error', 'PROVIDER_UNAVAILABLE', { times: 3 }),
  later('job', 'generation_timeout', 'PROVIDER_UNAVAILABLE', { times: 3 }),
  { ...later('media', 'short', 'IMAGE_DOWNLOAD'), kept: true },
  { ...later('media', 'corrupt', 'IMAGE_CORRUPT'), kept: true },
  { ...later('media', 'truncated', 'IMAGE_CORRUPT'), kept: true },
  { ...later('media', 'wrong-type', 'IMAGE_TYPE'), kept: true },
  { ...later('media', 'html', 'IMAGE_TYPE'), kept: true },
  { ...later('media', 'wrong-size', 'IMAGE_SIZE', { width: 64, height: 64 }), kept: true },
  { ...later('media', 'oversize', 'IMAGE_TOO_LARGE', { bytes: 200_000_000 }), kept: true },
  { ...later('media', 'redirect', 'IMAGE_HOST', { to: 'https://example.com/a.png' }), kept: true },
  { ...later('media', 'redirect', 'IMAGE_HOST', { to: 'http://127.0.0.1:1/a.png' }), kept: true },
  { ...later('media', 'redirect-loop', 'IMAGE_DOWNLOAD'), kept: true },
  later('media', 'http', null, { status: 404, times: 2 }),
  later('media', 'slow', null, { ms: 1 }),
];

describe('every fault of the service', () => {
  it.each(
    ROWS.map((row) => [`${row.fault.stage} ${row.fault.kind} ×${row.fault.times}`, row] as const),
  )('%s', async (_name, { fault, code, kept = false, stops = false }) => {
    // Faults of later stages do not say whose they are, so there the picture is alone.
    const alone = fault.stage !== 'submit';
    const files = {
      'a.image.yaml': spec('First'),
      ...(alone ? {} : { 'b.image.yaml': spec('Second') }),
    };
    const project = createProject(files);
    service.setFaults([fault as Fault]);
    const first = await generate(project);
    count.tried++;
    expect(first.failed.map((one) => one.code)).toEqual(
      code === null ? [] : stops ? [code, code] : [code],
    );
    const notes = project.list('.image-prompt/state/journal');
    expect(notes).toHaveLength(kept ? 1 : 0);
    // One failed picture does not stop the others.
    const others = alone || stops ? 0 : 1;
    expect(first.generated.length).toBe(others + (code === null ? 1 : 0));

    service.setFaults([]);
    const doubtful = code === 'PROVIDER_IN_DOUBT' || code === 'PROVIDER_GONE';
    const second = await generate(project, doubtful);
    expect(second.failed).toEqual([]);
    const pictures = Object.keys(files).length;
    const originals = project
      .list('.image-prompt/originals')
      .filter((name) => name.endsWith('.png'));
    expect(originals).toHaveLength(pictures);
    expect(project.list('.image-prompt/state/journal')).toEqual([]);
    // What was billed is what is there: nothing twice, nothing lost.
    expect(service.stats.billedImages).toBe(
      pictures + (code === 'PROVIDER_RESPONSE' || fault.kind === 'detail-200' ? 1 : 0),
    );
    count.pictures += pictures;
    count.paid += service.stats.billedImages;
    count.unbilled += service.stats.accepted - service.stats.billedImages;
  });
});
