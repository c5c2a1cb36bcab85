import { randomUUID } from 'node:crypto';
import { findServiceError } from './errors.mjs';
import { takeFault } from './faults.mjs';
import { priceOfPicture } from './price.mjs';
import { renderPicture } from './render.mjs';
import { nameUrl } from './urls.mjs';
import { readSize, validateInput } from './validate.mjs';
import { validateFiles } from './validate-files.mjs';
import { sleep } from './wire.mjs';

/**
 * @typedef {import('./state.mjs').State} State
 * @typedef {import('./state.mjs').Job} Job
 */

const LARGE_RESULT = 10_000;

/**
 * Takes a job into the queue: from here on somebody pays.
 * @param {State} state
 * @param {{ app: string, endpoint: string, input: Record<string, any> }} order
 * @returns {Job}
 */
export function acceptJob(state, { app, endpoint, input }) {
  /** @type {Job} */
  const job = {
    id: randomUUID(),
    app,
    endpoint,
    input,
    status: 'IN_QUEUE',
    sentAt: Date.now(),
    startedAt: null,
    endedAt: null,
    failure: null,
    result: null,
    units: 0,
    large: false,
  };
  state.jobs.set(job.id, job);
  state.inputs.push(input);
  state.stats.accepted += 1;
  setTimeout(() => startNext(state), state.options.queueMs);
  return job;
}

/** @param {State} state @param {Job} job */
export function queuePosition(state, job) {
  return waiting(state).indexOf(job);
}

/** @param {State} state */
export function waiting(state) {
  return [...state.jobs.values()].filter((job) => job.status === 'IN_QUEUE');
}

/** Whether nobody knows the job any more. @param {State} state @param {Job} job */
export function isExpired(state, job) {
  if (job.endedAt === null) return false;
  const keep = job.large ? state.options.largeRetentionMs : state.options.retentionMs;
  return Date.now() - job.endedAt > keep;
}

/** @param {State} state @param {Job} job */
export function cancelWaiting(state, job) {
  endJob(state, job, { failure: toFailure('client_cancelled', job) });
}

/** @param {State} state */
function startNext(state) {
  const running = [...state.jobs.values()].filter((job) => job.status === 'IN_PROGRESS').length;
  const ready = waiting(state).filter((job) => Date.now() - job.sentAt >= state.options.queueMs);
  for (const job of ready.slice(0, Math.max(0, state.options.concurrency - running))) {
    job.status = 'IN_PROGRESS';
    job.startedAt = Date.now();
    void runJob(state, job);
  }
  // Timers may fire a moment early: look again at what was not quite ready.
  if (ready.length < waiting(state).length) setTimeout(() => startNext(state), 5);
}

/** @param {State} state @param {Job} job */
async function runJob(state, job) {
  // A job that takes its time spends it on its pictures, or they would come later than it says.
  const drawn = state.options.runMs >= 1000 ? drawPictures(state, job).catch(() => null) : null;
  await sleep(state.options.runMs);
  while (state.options.hold) await sleep(2);
  // Forgotten by a reset: its end must not show up in what comes after.
  if (!state.jobs.has(job.id)) return;
  const failure = await failureOf(state, job);
  if (failure) return endJob(state, job, { failure });
  const pictures = (await drawn) ?? (await drawPictures(state, job));
  endJob(state, job, { result: makeResult(state, job, pictures) });
}

/** @param {State} state @param {Job} job @param {{ failure?: import('./state.mjs').Failure, result?: Record<string, any> }} end */
function endJob(state, job, { failure = undefined, result = undefined }) {
  if (!state.jobs.has(job.id)) return;
  job.status = 'COMPLETED';
  job.endedAt = Date.now();
  job.failure = failure ?? null;
  job.result = result ?? null;
  job.large = JSON.stringify(result ?? {}).length >= LARGE_RESULT;
  if (result) {
    job.units = unitsOf(state, job);
    state.stats.billedImages += result['images'].length;
    // Whole cents: sums of binary fractions would fail an exact comparison.
    state.stats.billedUsd = Math.round((state.stats.billedUsd + job.units) * 100) / 100;
    state.options.balance -= job.units;
  }
  startNext(state);
}

/** @param {State} state @param {Job} job */
function unitsOf(state, job) {
  const count = job.input['num_images'] ?? 1;
  if (state.options.models.includes(job.endpoint)) return count;
  // A cent for each picture that it works on, as the contract counts them.
  const inputs = (job.input['image_urls']?.length ?? 0) + (job.input['mask_url'] ? 1 : 0);
  const each =
    priceOfPicture(readSize(job.input), job.input['quality']) +
    inputs / 100 +
    state.options.promptUsd;
  return Math.round(count * each * 100) / 100;
}

/** @param {State} state @param {Job} job */
async function failureOf(state, job) {
  const fault = takeFault(state, 'job', {
    model: job.endpoint,
    prompt: job.input['prompt'],
    input: job.input,
  });
  if (fault) return toFailure(fault.kind, job);
  if (state.options.models.includes(job.endpoint)) return null;
  const sub = job.endpoint.slice(job.app.length);
  if (sub !== '' && sub !== '/edit') {
    const body = { detail: `Path ${sub} not found` };
    return { status: 404, body, headers: {}, errorType: 'path_not_found' };
  }
  const { checkSizes } = state.options;
  const edit = sub === '/edit';
  const detail = validateInput(job.input, { edit, checkSizes });
  if (edit && detail.length === 0) detail.push(...(await validateFiles(state, job.input)));
  if (detail.length === 0) return null;
  const headers = { 'x-fal-error-type': detail[0]?.type ?? '', 'x-fal-needs-retry': '0' };
  return { status: 422, body: { detail }, headers, errorType: 'validation_error' };
}

/** @param {string} name @param {Job} job @returns {import('./state.mjs').Failure} */
function toFailure(name, job) {
  const answer = findServiceError(name, job.input);
  if (!answer) throw new Error(`The stand-in knows no error "${name}".`);
  const { status, body, headers = {} } = answer;
  return { status, body, headers, errorType: headers['x-fal-error-type'] ?? name };
}

/** @param {State} state @param {Job} job @param {readonly Buffer[]} pictures */
function makeResult(state, job, pictures) {
  const size = readSize(job.input);
  const type = `image/${formatOf(job)}`;
  const images = pictures.map((bytes) => {
    const url = job.input['sync_mode']
      ? `data:${type};base64,${bytes.toString('base64')}`
      : storePicture(state, bytes, type);
    return { url, content_type: type, file_name: url.split('/').at(-1), ...size };
  });
  return { images };
}

/** @param {State} state @param {Job} job @returns {Promise<Buffer[]>} */
async function drawPictures(state, job) {
  const size = readSize(job.input);
  const numbers = Array.from({ length: job.input['num_images'] ?? 1 }, () => ++state.rendered);
  return await Promise.all(
    numbers.map((number) => renderPicture({ ...size, format: formatOf(job), number })),
  );
}

/** @param {Job} job @returns {string} */
const formatOf = (job) => job.input['output_format'] ?? 'png';

/** @param {State} state @param {Buffer} bytes @param {string} type */
function storePicture(state, bytes, type) {
  const path = `v3b.fal.media/files/b/${randomUUID().slice(0, 8)}/${randomUUID()}.${type.slice(6)}`;
  state.files.set(path, { bytes, type, at: Date.now() });
  return nameUrl(state, `https://${path}`);
}
