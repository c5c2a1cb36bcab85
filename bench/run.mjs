// `npm run bench [-- --full] [-- --only cold,warm]`: how fast we are against the least that the same work can
// cost, and against others. Method and results: docs/performance.md. Ends with 1 when a target is missed by
// more than noise.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const ROWS = [
  ...['cold', 'defaults', 'warm', 'memory', 'same-bytes', 'dev', 'plan', 'no-spec', 'generate'],
];
const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
if (values.full && values.quick) throw new Error('Expected --quick or --full, received both.');
const chosen = values.only?.split(',') ?? ROWS;
const unknown = chosen.filter((one) => !ROWS.includes(one));
if (unknown.length > 0) throw new Error(`Expected ${ROWS.join(', ')}, received ${unknown}.`);
if (!existsSync('/proc/self/stat')) {
  throw new Error('Expected Linux: CPU and memory of process trees are read from /proc.');
}
if (!existsSync(join(here, 'node_modules', '.package-lock.json'))) {
  // Nothing here needs its install script: programs come as packages of their own.
  execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: here, stdio: 'inherit' });
}

const [{ createBench }, { formatTable }, { default: sharp }, { version: vite }] = await Promise.all(
  [import('./lib/bench.mjs'), import('./lib/table.mjs'), import('sharp'), import('vite')],
);
const bench = createBench({ full: values.full });
const begun = performance.now();
const { versions } = sharp;
console.log(
  `${values.full ? 'full' : 'quick'}; ${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}; Node ${process.version}, sharp ${versions.sharp} (libvips ${versions.vips}, libaom ${versions.aom}), Vite ${vite}
`,
);
try {
  for (const name of chosen) {
    const { run } = await import(`./rows/${name}.mjs`);
    await run(bench);
  }
} finally {
  bench.close();
}
console.log(`\n${formatTable(bench.results)}\n`);
const missed = bench.results.filter(({ verdict }) => verdict === 'MISSED');
const minutes = ((performance.now() - begun) / 60_000).toFixed(1);
console.log(
  `${bench.results.length - missed.length} of ${bench.results.length} targets met in ${minutes} minutes, load now ${loadavg()[0].toFixed(1)}`,
);
process.exitCode = missed.length > 0 ? 1 : 0;
