// node --experimental-vm-modules bundlers-evaluate.mjs KIND FILE URL: runs a built script as a browser
// would that loaded it from URL, and prints what it left in `globalThis.result`.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import vm from 'node:vm';

const [, , kind, file = '', url = ''] = process.argv;
const text = (/** @type {string} */ path) => readFile(path, 'utf8');

/** @type {Record<string, unknown>} */
const sandbox = { URL, console };
const page = new URL('.', url).href;
sandbox.location = new URL(page);
sandbox.document = {
  baseURI: page,
  currentScript: kind === 'script' ? { src: url, tagName: 'SCRIPT' } : null,
  getElementsByTagName: () => [],
};
sandbox.self = sandbox;
sandbox.window = sandbox;
const context = vm.createContext(sandbox);

if (kind === 'script') {
  vm.runInContext(await text(file), context);
} else if (kind === 'cjs') {
  createRequire(file)(file);
  // Farm's scripts for Node start with an import.
  for (let turns = 0; turns < 100 && !('result' in globalThis); turns++) await sleep(10);
  sandbox.result = Reflect.get(globalThis, 'result');
} else {
  /** @type {Map<string, vm.SourceTextModule>} */
  const known = new Map();
  /** @type {(path: string, address: string) => Promise<vm.SourceTextModule>} */
  const load = async (path, address) => {
    const module =
      known.get(path) ??
      new vm.SourceTextModule(await text(path), {
        context,
        identifier: address,
        initializeImportMeta: (meta) => {
          meta.url = address;
        },
      });
    known.set(path, module);
    return module;
  };
  const paths = new Map([[url, file]]);
  const entry = await load(file, url);
  await entry.link(async (specifier, parent) => {
    const address = new URL(specifier, parent.identifier).href;
    const path = join(dirname(paths.get(parent.identifier) ?? ''), specifier);
    paths.set(address, path);
    return load(path, address);
  });
  await entry.evaluate();
}
process.stdout.write(JSON.stringify(sandbox.result));
