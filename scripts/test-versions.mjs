// `npm run test:versions`: the bundlers' suites on other releases of Node, and with the lowest versions of
// bundlers that `peerDependencies` admit. The newest ones on this machine's Node are `npm test`'s.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lowest = join(root, 'test', 'versions', 'lowest');

/** @type {readonly { node: string, bundlers: string | null }[]} */
const RUNS = [
  { node: '22', bundlers: lowest },
  { node: '24', bundlers: null },
];

/** What a version can break: URLs, objects, bytes, errors, money. Caches and dev loops are `npm test`'s. */
const SUITES = ['conformance', 'money', 'errors', 'leak', 'vite-builds'].map(
  (name) => `test/bundlers/${name}.test.ts`,
);

/** The program of a release of Node, fetched as a package. @param {string} release */
function findNode(release) {
  const words = ['-y', '-p', `node@${release}`, '-c', 'node -p process.execPath'];
  return (
    execFileSync('npx', words, { encoding: 'utf8', cwd: root }).trim().split('\n').at(-1) ?? ''
  );
}

let failed = false;
for (const { node, bundlers } of RUNS) {
  if (bundlers !== null && !existsSync(join(bundlers, 'node_modules', '.package-lock.json'))) {
    // Nothing here needs its install script: programs come as packages of their own. Not `npm ci`: it refuses
    // a lock file without the programs of other systems, which not every registry keeps for old releases.
    const words = ['install', '--no-save', '--ignore-scripts', '--loglevel=error'];
    execFileSync('npm', words, { cwd: bundlers, stdio: 'inherit' });
  }
  const program = findNode(node);
  const versions = bundlers === null ? 'newest' : 'lowest';
  console.log(
    `\nNode ${execFileSync(program, ['-v'], { encoding: 'utf8' }).trim()}, ${versions} bundlers`,
  );
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const { status } = spawnSync(program, [vitest, 'run', '--project', 'bundlers', ...SUITES], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      ...(bundlers === null ? {} : { TEST_BUNDLERS_DIR: bundlers }),
    },
  });
  failed ||= status !== 0;
}
process.exitCode = failed ? 1 : 0;
