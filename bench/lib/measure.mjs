// What a command costs: the CPU of its whole process tree, the tree's peak memory, and the time on the clock.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';

/** Of Linux on all machines that Node runs on: the kernel reports times in hundredths of a second. */
const TICKS = 100;
const LOOK_MS = 40;

/** @typedef {{ cpu: number, wall: number, rss: number, load: number, output: string }} Measured */

/**
 * Runs a command. CPU is user and system time of the process and all below it: a parent gets the times of
 * each child it waits for, so we read our own account before and after. Memory is the sum of the peaks of
 * all processes: never less than the true peak of the sum.
 * @param {string[]} argv
 * @param {{ cwd: string, env?: Record<string, string | undefined>, codes?: number[] }} options `codes`: how it may end
 * @returns {Promise<Measured>}
 */
export async function measure(argv, { cwd, env = {}, codes = [0] }) {
  const [load] = loadavg();
  const before = readWaitedFor();
  const started = performance.now();
  const child = spawn(argv[0], argv.slice(1), {
    cwd,
    env: { ...plainEnv(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  /** @type {Map<number, { rss: number, cpu: number }>} */
  const seen = new Map();
  const look = () => {
    for (const pid of listTree(child.pid)) {
      const { rss, cpu } = readProcess(pid) ?? { rss: 0, cpu: 0 };
      const known = seen.get(pid) ?? { rss: 0, cpu: 0 };
      seen.set(pid, { rss: Math.max(rss, known.rss), cpu: Math.max(cpu, known.cpu) });
    }
  };
  const timer = setInterval(look, LOOK_MS);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearInterval(timer);
  const wall = (performance.now() - started) / 1000;
  if (!codes.includes(code))
    throw new Error(`${argv.slice(1, 4).join(' ')} ended with ${code}:\n${output}`);
  const left = await waitForOrphans(seen);
  const rss = [...seen.values()].reduce((sum, one) => sum + one.rss, 0);
  return { cpu: readWaitedFor() - before + left, wall, rss: rss / 1e6, load, output };
}

/**
 * Children that nobody waited for are in nobody's account: what they were last seen with has to do.
 * @returns seconds of CPU
 */
async function waitForOrphans(seen) {
  let cpu = 0;
  for (const [pid, last] of seen) {
    const tries = 250;
    for (let count = 0; readProcess(pid) !== null; count++) {
      if (count === tries) throw new Error(`Process ${pid} does not end.`);
      if (count === 0) cpu += last.cpu;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  return cpu;
}

/** The environment without what would make two machines, or two contestants, differ. */
export function plainEnv() {
  const { env } = process;
  const odd = /^(?:FAL_|IMAGE_PROMPT_|VITE|npm_|UV_THREAD|VIPS_|MALLOC_|NODE_OPTIONS$|CI$)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !odd.test(name)));
}

/** Seconds of CPU of all children that this process has waited for, and of all that those have. */
function readWaitedFor() {
  const fields = readStat('self');
  return (Number(fields[13]) + Number(fields[14])) / TICKS;
}

function readProcess(pid) {
  try {
    const fields = readStat(pid);
    // Gone already, though not yet waited for.
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0;
    return { rss: Number(peak) * 1024, cpu: (Number(fields[11]) + Number(fields[12])) / TICKS };
  } catch {
    return null;
  }
}

/** The fields of proc(5) after the name of the program, which may hold anything. */
function readStat(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function listTree(pid) {
  const tree = [pid];
  for (const one of tree) {
    try {
      const text = readFileSync(`/proc/${one}/task/${one}/children`, 'utf8');
      tree.push(...text.split(' ').filter(Boolean).map(Number));
    } catch {
      // It has ended between two looks.
    }
  }
  return tree;
}
