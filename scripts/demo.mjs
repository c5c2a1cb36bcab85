// `npm run demo`: builds the package, then the playground with the embedded sketch provider: no key,
// no network, no money. A second run finds every picture in the store and says so.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const vite = join(dirname(require.resolve('vite/package.json')), 'bin', 'vite.js');
// The demo never pays, whatever the machine's environment holds.
const { FAL_KEY: _key, FAL_KEY_ID: _id, FAL_KEY_SECRET: _secret, CI: _ci, ...env } = process.env;

function countOriginals() {
  try {
    const names = readdirSync(join(root, 'playground', '.image-prompt', 'originals'));
    return names.filter((name) => name.endsWith('.json')).length;
  } catch {
    return 0;
  }
}

function run(...words) {
  const { status } = spawnSync(process.execPath, words, { cwd: root, env, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const before = countOriginals();
// Tests that run beside others must not take the package away under them.
if (!process.argv.includes('--built')) run(join(root, 'scripts', 'build.mjs'));
run(vite, 'build', 'playground');
const made = countOriginals() - before;

console.log(`
${made} pictures made, ${before} were in the store already. Nothing was paid: the demo uses sketches.
The site is in playground/dist. To look at it:

  npx vite preview playground --open
`);
