// Builds the package: JavaScript, declarations and maps by tsc, then the JSON Schema from the zod
// schema that was just built, so that the two can never disagree.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');

rmSync(join(root, 'dist'), { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '-p', root], { stdio: 'inherit' });
const { specJsonSchema } = await import('../dist/spec/json-schema.js');
writeFileSync(join(root, 'spec.schema.json'), `${JSON.stringify(specJsonSchema(), null, 2)}\n`);
chmodSync(join(root, 'dist', 'cli', 'run.js'), 0o755);
