import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeOriginals } from './originals.mjs';
import { formatResult } from './table.mjs';

/**
 * @typedef {{ row: string, unit: string, floor: number[], ours: number[], target: number, ratio: number,
 *   noise: number | null, verdict: string, note?: string }} Result
 * @typedef {ReturnType<typeof createBench>} Bench
 */

/** What every row gets: how thorough to be, originals, folders, and where results go. */
export function createBench({ full }) {
  const dir = mkdtempSync(join(tmpdir(), 'image-prompt-bench-run-'));
  /** @type {(Result & { load: string })[]} */
  const results = [];
  const pick = (choices) => (full ? choices.full : choices.quick);
  return {
    dir,
    results,
    /** @template T @param {{ quick: T, full: T }} choices @returns {T} */
    pick,
    /** How often. @param {{ quick: number, full: number }} choices */
    rounds: pick,
    /** @param {number} count */
    originals: (count) => makeOriginals(count, (text) => console.error(text)),
    /** @param {string} name */
    folder(name) {
      const folder = join(dir, name);
      mkdirSync(folder);
      return folder;
    },
    /** @param {Result} result */
    report(result) {
      const known = { ...result, load: loadavg()[0].toFixed(1) };
      results.push(known);
      console.log(formatResult(known));
    },
    close: () => rmSync(dir, { recursive: true, force: true }),
  };
}
