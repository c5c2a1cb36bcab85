// Which builds of one plugin of esbuild may pay: tools and scripts build anew with every saved file.
import { beforeEach, expect, test } from 'vitest';
import { createProject, type Project, runNode } from '../helpers/bundlers.ts';
import { useFal } from '../helpers/bundlers-fal.ts';
import { fixture } from '../helpers/bundlers-fixture.ts';

const SPEC = 'src/square.image.yaml';
const ONE = "import square from './square.image.yaml';\nglobalThis.result = { square };\n";
const FROZEN = 'MISSING_FROZEN';

/** Each script adds the outcomes of its builds to `said`. */
const HEAD = `import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import images from 'unplugin-image-prompt/esbuild';
import { sketch } from 'unplugin-image-prompt';
const options = { entryPoints: ['src/main.js'], bundle: true, format: 'esm', outdir: 'dist', logLevel: 'silent' };
const save = (word) => writeFileSync('${SPEC}', readFileSync('${SPEC}', 'utf8').replace(/red \\w+/, 'red ' + word));
const outcome = (running) => running.then(
  ({ warnings }) => warnings.length > 0 ? 'sketched' : 'built',
  ({ errors }) => /^[A-Z_]+(?=:)/.exec(errors[0].text)?.[0] ?? 'failed',
);
const run = async (plugin, more) => said.push(await outcome(build({ ...options, plugins: [plugin], ...more })));
const said = [];
`;
const TAIL = 'console.log(JSON.stringify(said));\n';

const fal = useFal();
const { env } = fal;
beforeEach(() => fal.standIn.reset());

async function runScript(
  script: string,
  words: string[] = [],
  project = create(),
): Promise<string[]> {
  project.write({ 'saves.mjs': HEAD + script + TAIL });
  const { stdout, stderr } = await runNode(project, ['saves.mjs', ...words], env);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as string[];
}

const create = (): Project => createProject({ ...fixture(), 'src/main.js': ONE });

test('a first build that fails was the first all the same', async () => {
  const project = create();
  project.write({ 'src/main.js': `${ONE}import './broken.js';\n`, 'src/broken.js': 'let = ;\n' });
  const said = await runScript(
    `const plugin = images({ report: false });
await run(plugin);
save('jug');
await run(plugin);
writeFileSync('src/broken.js', '');
await run(plugin);
`,
    [],
    project,
  );
  expect(said[0]).toBe('failed');
  expect(said[2]).toBe(FROZEN);
  expect(fal.standIn.stats.submits).toBe(1);
});

test('a save that does not wait for the first build pays nothing', async () => {
  const said = await runScript(`const plugin = images({ report: false });
let open;
const opened = new Promise((resolve) => { open = resolve; });
let reach;
const reached = new Promise((resolve) => { reach = resolve; });
// Before ours, so that ours does not know of the end.
const gate = { name: 'gate', setup: ({ onEnd }) => onEnd(() => { reach(); return opened.then(() => ({})); }) };
const first = outcome(build({ ...options, plugins: [gate, plugin] }));
await reached;
save('jug');
await run(plugin);
open();
said.push(await first);
`);
  expect(said).toEqual([FROZEN, 'built']);
  expect(fal.standIn.stats.submits).toBe(1);
});

test('two formats that are built at once are one run, and one payment', async () => {
  const said = await runScript(`const plugin = images({ report: false });
await Promise.all(['esm', 'cjs'].map((format) => run(plugin, { format, outdir: 'dist/' + format })));
`);
  expect(said).toEqual(['built', 'built']);
  expect(fal.standIn.stats.submits).toBe(1);
});

test('two projects that are built at once look into their own stores', async () => {
  const project = create();
  for (const name of ['one', 'two']) {
    project.write({
      [`${name}/src/main.js`]: ONE,
      [`${name}/${SPEC}`]: project.read(SPEC).replace('red kettle', `${name} kettle`),
    });
  }
  const said = await runScript(
    `const roots = ['one', 'two'].map((name) => join(process.cwd(), name));
for (const absWorkingDir of roots) await run(images({ report: false }), { absWorkingDir });
const plugin = images({ report: false });
await Promise.all(roots.map((absWorkingDir) => run(plugin, { absWorkingDir })));
`,
    [],
    project,
  );
  expect(said).toEqual(['built', 'built', 'built', 'built']);
  expect(fal.standIn.stats.submits).toBe(2);
  for (const name of ['one', 'two']) {
    const stored = project.files(`${name}/.image-prompt/originals`);
    expect(stored.filter((file) => file.endsWith('.json'))).toHaveLength(1);
  }
});

test('what costs nothing is made in every build', async () => {
  const said = await runScript(`const plugin = images({ report: false, provider: sketch() });
await run(plugin);
save('jug');
await run(plugin);
`);
  expect(said).not.toContain(FROZEN);
  expect(fal.standIn.requests).toEqual([]);
});

test("onMissing: 'generate' lets every build pay", async () => {
  const said = await runScript(`const plugin = images({ report: false, onMissing: 'generate' });
await run(plugin);
save('jug');
await run(plugin);
`);
  expect(said).toEqual(['built', 'built']);
  expect(fal.standIn.stats.submits).toBe(2);
});

test.each([
  ['--watch', 'sketched', 0],
  ['--serve=8000', 'sketched', 0],
  ['--watch=false', 'built', 1],
  ['--watch false', 'built', 1],
  ['--watchful', 'built', 1],
])('a script that is called with %s: %s', async (words, outcome, submits) => {
  const said = await runScript('await run(images({ report: false }));\n', words.split(' '));
  expect(said).toEqual([outcome]);
  expect(fal.standIn.stats.submits).toBe(submits);
});
