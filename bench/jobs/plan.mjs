// node plan.mjs known|new [SCHEMA]: what a plan of specs cannot do without.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const hash = (data) => createHash('sha256').update(data).digest('hex');
const names = readdirSync('pictures', { recursive: true, encoding: 'utf8' });
const files = names.filter((name) => name.endsWith('.image.yaml'));
let work = hash;
if (process.argv[2] === 'new') {
  const [{ parse }, { specSchema }, { default: canonicalize }] = await Promise.all([
    import('yaml'),
    import(pathToFileURL(process.argv[3]).href),
    import('canonicalize'),
  ]);
  work = (bytes) => hash(canonicalize(specSchema.parse(parse(String(bytes)))));
}
const digests = files.map((file) => work(readFileSync(join('pictures', file))));
console.log(new Set(digests).size);
