import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { replaceFile } from './publish.ts';

/**
 * What was found out once and need not be found out again: a map on disk that may be lost at any time.
 * Whoever uses it puts everything that an answer depends on into the key.
 */
export interface Memo {
  /** The last value of a key; undefined when there is none. */
  get(kind: string, key: string): unknown;
  /** Remembers a value that JSON can carry; it is written with others, before the process ends. */
  set(kind: string, key: string, value: unknown): void;
}

/** Remembers nothing, for places without a cache. */
export const FORGETFUL: Memo = { get: () => undefined, set: () => {} };

/** Raised when the form of the lines changes, or the meaning of a kind. */
const LAYOUT = 'v3';
/** Above this a log is begun anew: whoever has used up so much has mostly forgotten why. */
const LARGEST = 128 * 1024 * 1024;
/** A log with more dead lines than living ones is written anew; not worth it below this. */
const FEWEST_DEAD = 2000;

/**
 * Opens `DIR/v3/memo.log`: one line for each value, the last one counts. Everything is read at once, with
 * the first question; lines are added in one write each time, which systems do not interleave, and
 * carry a checksum, so that a torn or damaged line is as if it were not there. Any number of processes may
 * use it: what one of them does not see, it finds out again.
 * Its calls are synchronous: a thousand small questions cost a thousand promises otherwise. The file is plain ASCII, which
 * is read as it lies, without a look at every byte.
 * @param dir absolute path of the disposable cache
 */
export function openMemo(dir: string): Memo {
  const path = join(dir, LAYOUT, 'memo.log');
  let lines: Map<string, string> | undefined;
  const values = new Map<string, unknown>();
  let unwritten: string[] = [];
  let writable = true;

  const load = (): Map<string, string> => {
    if (lines !== undefined) return lines;
    lines = new Map();
    let count = 0;
    for (const line of readLog(path).split('\n')) {
      const entry = parseLine(line);
      if (entry === null) continue;
      count++;
      lines.set(entry[0], entry[1]);
    }
    if (count - lines.size > Math.max(FEWEST_DEAD, lines.size)) compact(path, lines);
    return lines;
  };

  const flush = (): void => {
    if (unwritten.length === 0 || !writable) return;
    // A line that a dying process left unfinished ends here, and takes none of ours with it.
    const text = `\n${unwritten.join('\n')}\n`;
    unwritten = [];
    try {
      // Where nothing is installed, looking at a plan must not make a `node_modules`.
      if (!existsSync(dirname(dirname(dir)))) return;
      mkdirSync(dirname(path), { recursive: true });
      appendFileSync(path, text);
    } catch {
      // A read-only checkout: everything is found out again by the next process.
      writable = false;
    }
  };

  return {
    get(kind, key) {
      const name = nameOf(kind, key);
      if (values.has(name)) return values.get(name);
      const text = load().get(name);
      const value: unknown = text === undefined ? undefined : JSON.parse(text);
      values.set(name, value);
      return value;
    },

    set(kind, key, value) {
      const name = nameOf(kind, key);
      const text = escapeText(JSON.stringify(value));
      if (load().get(name) === text) return;
      load().set(name, text);
      values.set(name, value);
      const body = `${name}\t${text}`;
      // One write for all that comes up in one turn.
      if (unwritten.length === 0) setImmediate(flush);
      unwritten.push(writeLine(body));
    },
  };
}

function readLog(path: string): string {
  try {
    if (statSync(path).size <= LARGEST) return readFileSync(path, 'latin1');
    rmSync(path, { force: true });
    return '';
  } catch {
    return '';
  }
}

/** Keys may be paths, in which nothing but NUL is impossible. */
function nameOf(kind: string, key: string): string {
  return `${kind}\t${ODD.test(key) ? escapeText(JSON.stringify(key)) : key}`;
}

/** What a key may not have as it is. */
const ODD = /[^\x20-\x7e]|["\\]/;

/** JSON says the same in ASCII. */
function escapeText(json: string): string {
  return json.replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** `CHECKSUM\tKIND\tKEY\tJSON`; JSON has no tabs or line breaks of its own. */
function parseLine(line: string): [name: string, text: string] | null {
  const body = line.slice(9);
  if (line[8] !== '\t' || crc32(body) !== Number.parseInt(line.slice(0, 8), 16)) return null;
  const at = body.indexOf('\t', body.indexOf('\t') + 1);
  return at === -1 ? null : [body.slice(0, at), body.slice(at + 1)];
}

function writeLine(body: string): string {
  return `${crc32(body).toString(16).padStart(8, '0')}\t${body}`;
}

/** What another process adds meanwhile is lost, and found out again. */
function compact(path: string, lines: ReadonlyMap<string, string>): void {
  const text = [...lines].map(([name, value]) => writeLine(`${name}\t${value}`)).join('\n');
  const bytes = Buffer.from(`${text}\n`);
  const order = { target: path, bytes, tmpDir: join(dirname(path), 'tmp'), durable: false };
  void replaceFile(order).catch(() => {});
}
