/**
 * @typedef {import('./index.d.mts').StandInOptions} StandInOptions
 * @typedef {import('./index.d.mts').Stats} Stats
 * @typedef {{ status: number, body: unknown, headers: Record<string, string>, errorType: string }} Failure
 * @typedef {{
 *   id: string, app: string, endpoint: string, input: Record<string, any>,
 *   status: 'IN_QUEUE' | 'IN_PROGRESS' | 'COMPLETED',
 *   sentAt: number, startedAt: number | null, endedAt: number | null,
 *   failure: Failure | null, result: Record<string, any> | null, units: number, large: boolean,
 * }} Job
 * @typedef {{ bytes: Buffer, type: string, at: number, until?: number }} StoredFile
 * @typedef {{ name: string, type: string, lifeMs: number }} Grant
 * @typedef {ReturnType<typeof createState>} State
 */

const DEFAULTS = {
  port: 0,
  keys: ['stand-in-id:stand-in-secret'],
  /** @type {string[]} */ models: [],
  concurrency: 2,
  queueMs: 0,
  runMs: 10,
  hold: false,
  latencyMs: 0,
  retentionMs: 3_600_000,
  largeRetentionMs: 360_000,
  mediaRetentionMs: Number.POSITIVE_INFINITY,
  /** @type {number | null} */ uploadLifeMs: null,
  checkSizes: true,
  balance: Number.POSITIVE_INFINITY,
  /** @type {'fal' | 'base'} */ urls: 'fal',
  historyAllowed: true,
  unitPrice: 1,
  promptUsd: 0,
};

/** @returns {Stats} */
const noStats = () => ({
  submits: 0,
  accepted: 0,
  billedImages: 0,
  billedUsd: 0,
  statuses: 0,
  results: 0,
  cancels: 0,
  media: 0,
  uploads: 0,
  puts: 0,
});

/**
 * Everything the stand-in remembers; nothing of it is ever written to disk.
 * @param {StandInOptions} options
 */
export function createState(options) {
  const { faults = [], ...rest } = options;
  return {
    baseUrl: '',
    options: { ...DEFAULTS, ...rest },
    faults: faults.map((fault) => ({ ...fault })),
    /** @type {import('./index.d.mts').RecordedRequest[]} */
    requests: [],
    /** @type {Record<string, unknown>[]} */
    inputs: [],
    stats: noStats(),
    /** @type {Map<string, Job>} */
    jobs: new Map(),
    /** Media and uploads by `host/path`. @type {Map<string, StoredFile>} */
    files: new Map(),
    /** What may be put, by the id in its URL. @type {Map<string, Grant>} */
    grants: new Map(),
    /** Parts of multipart uploads by upload path. @type {Map<string, Map<number, Buffer>>} */
    parts: new Map(),
    rendered: 0,
  };
}

/**
 * Forgets everything but the options. Arrays and counts keep their identity: tests hold on to them.
 * @param {State} state
 */
export function resetState(state) {
  state.faults.length = 0;
  state.requests.length = 0;
  state.inputs.length = 0;
  Object.assign(state.stats, noStats());
  state.jobs.clear();
  state.files.clear();
  state.grants.clear();
  state.parts.clear();
}
