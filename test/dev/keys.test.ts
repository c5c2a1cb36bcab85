// The keys of Vite's own terminal: a plan for one press, a purchase for two, and never anything unasked.
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { createProject, type Project } from '../helpers/bundlers.ts';
import { KEY, useFal } from '../helpers/bundlers-fal.ts';
import { configOf, fixture, spec } from '../helpers/bundlers-fixture.ts';
import { startViteTerminal, type ViteTerminal } from '../helpers/bundlers-terminal.ts';

const fal = useFal();
const { env } = fal;
beforeEach(() => {
  fal.standIn.setOptions({ hold: false });
  fal.standIn.reset();
});

function createSite(options = ''): Project {
  return createProject(fixture({ options }));
}

/** Gives what was not to happen its chance. */
const linger = (): Promise<void> => sleep(1500);

async function pressTwice(vite: ViteTerminal): Promise<string> {
  vite.type('g');
  const shown = await vite.hear(/press g \+ enter again within 30 s to pay \$\d+\.\d\d/);
  vite.type('g');
  return shown;
}

test('the help lists them', async () => {
  const vite = await startViteTerminal(createSite(), env);
  vite.type('h');
  await vite.hear('press i + enter to show the pictures that are missing, with prices');
  await vite.hear('press g + enter to generate the pictures that are missing');
  await vite.hear('press q + enter to quit');
});

test('i shows the plan with prices and asks nothing of anybody', async () => {
  const project = createSite();
  const vite = await startViteTerminal(project, env);
  vite.type('i');
  const said = await vite.hear('g + enter generates them');
  expect(said).toMatch(
    /\+ {2}new {2}src\/square\.image\.yaml {2}816×816 +\$0\.01 {2}not in the store/,
  );
  expect(said).toContain('3 pictures are missing: $0.03 in all (estimate).');
  expect(fal.standIn.requests).toEqual([]);
  expect(project.files('.image-prompt')).toEqual([]);
});

test('one press of g pays nothing; the second pays what was shown, with progress', async () => {
  const project = createSite();
  const vite = await startViteTerminal(project, env);
  const module = `${vite.origin}/src/square.image.yaml?import&image-prompt`;
  const read = async (): Promise<string> => (await fetch(module)).text();
  const sketch = await read();
  expect(await read()).toBe(sketch);
  vite.type('g');
  const shown = await vite.hear('press g + enter again within 30 s to pay $0.03');
  expect(shown).toContain('3 pictures are missing: $0.03 in all (estimate).');
  await linger();
  expect(fal.standIn.requests).toEqual([]);

  vite.type('g');
  const made = await vite.hear('3 made; $0.03 spent');
  expect(made).toContain('src/square.image.yaml: asking for a picture ($0.01)');
  expect(made).toMatch(/src\/wide\.image\.yaml: stored, .*\$0\.01/);
  expect(made).not.toContain(KEY);
  expect(fal.standIn.stats.billedImages).toBe(3);
  // Pages follow the store.
  await expect.poll(read).not.toBe(sketch);

  vite.type('g');
  await vite.hear('Nothing is missing.');
  vite.type('g');
  await vite.hear('Nothing is missing.');
  expect(fal.standIn.stats.billedImages).toBe(3);
});

test('what has changed since it was shown is shown again, not paid', async () => {
  const project = createSite();
  const vite = await startViteTerminal(project, env);
  vite.type('g');
  await vite.hear('to pay $0.03');
  const text = project.read('src/wide.image.yaml');
  project.write({ 'src/wide.image.yaml': text.replace('quality: low', 'quality: high') });
  vite.type('g');
  // The same files, another price: agreed to was the old one.
  const said = await vite.hear(/press g \+ enter again within 30 s to pay \$\d+\.\d\d/);
  expect(said).not.toContain('$0.03');
  await linger();
  expect(fal.standIn.requests).toEqual([]);
  vite.type('g');
  await vite.hear('3 made');
  expect(fal.standIn.stats.billedImages).toBe(3);
});

test('presses during a run do nothing', async () => {
  fal.standIn.setOptions({ hold: true });
  const vite = await startViteTerminal(createSite(), env);
  await pressTwice(vite);
  await vite.hear('running');
  vite.type('g');
  vite.type('g');
  await linger();
  // Vite itself still answers.
  vite.type('h');
  await vite.hear('Shortcuts');
  fal.standIn.setOptions({ hold: false });
  const said = await vite.hear('3 made; $0.03 spent');
  expect(said).not.toContain('press g + enter again');
  expect(fal.standIn.stats).toMatchObject({ accepted: 3, billedImages: 3 });
});

test('a dearer plan than the budget is refused', async () => {
  const vite = await startViteTerminal(createSite('{ budget: 0.02 }'), env);
  vite.type('g');
  await vite.hear('more than the budget of $0.02');
  vite.type('g');
  await vite.hear('more than the budget of $0.02');
  expect(fal.standIn.requests).toEqual([]);
});

test('without a key it says so', async () => {
  const vite = await startViteTerminal(createSite());
  vite.type('g');
  await vite.hear('Expected a key for fal in FAL_KEY, received none.');
  vite.type('g');
  await vite.hear('Expected a key for fal in FAL_KEY, received none.');
  expect(fal.standIn.requests).toEqual([]);
});

test('a price that is not known is not paid here', async () => {
  const project = createSite();
  const unknown = spec('a model without a price', {
    alt: '',
    image_size: '{ width: 512, height: 512 }',
    widths: '[200]',
    more: 'model: some/model\n',
  });
  project.write({ 'src/unknown.image.yaml': unknown.replace('quality: low\n', '') });
  const vite = await startViteTerminal(project, env);
  vite.type('g');
  await vite.hear('price is not known');
  vite.type('g');
  await vite.hear('price is not known');
  expect(fal.standIn.requests).toEqual([]);
});

test('a broken spec is told with its place, and the others can be paid', async () => {
  const project = createSite();
  project.write({ 'src/card.image.yaml': 'prompt: a card\nalt: A card\nqualty: low\n' });
  const vite = await startViteTerminal(project, env);
  const shown = await pressTwice(vite);
  expect(shown).toContain('src/card.image.yaml:3:1 error SPEC_UNKNOWN_FIELD');
  expect(shown).toContain('2 pictures are missing: $0.02 in all');
  await vite.hear('2 made');
  expect(fal.standIn.stats.billedImages).toBe(2);
});

test('a failure is told, and nothing is paid again by itself', async () => {
  fal.standIn.setFaults([{ stage: 'submit', kind: 'forbidden', times: 9 }]);
  const vite = await startViteTerminal(createSite(), env);
  await pressTwice(vite);
  await vite.hear('PROVIDER_AUTH');
  await vite.hear('0 made');
  await linger();
  expect(fal.standIn.stats.accepted).toBe(0);
});

test('when the plugin is gone after a restart, nothing happens and Vite goes on', async () => {
  const project = createSite();
  const vite = await startViteTerminal(project, env);
  project.write({ 'vite.config.mjs': 'export default {};\n' });
  await vite.hear('server restarted.');
  vite.type('i');
  await vite.hear('the plugin is no longer in the configuration');
  vite.type('g');
  await vite.hear('the plugin is no longer in the configuration');
  vite.type('h');
  await vite.hear('Shortcuts');
});

test('of two instances each one is asked', async () => {
  const project = createSite();
  const config = project.read('vite.config.mjs');
  const two = config.replace('images()', 'images({ budget: 0.01 }), images({ budget: 0.02 })');
  expect(two).not.toBe(config);
  project.write({ 'vite.config.mjs': two });
  const vite = await startViteTerminal(project, env);
  vite.type('g');
  await vite.hear('more than the budget of $0.01');
  await vite.hear('more than the budget of $0.02');
  expect(fal.standIn.requests).toEqual([]);
});

test('after a restart the keys are those of the new configuration', async () => {
  const project = createSite();
  const vite = await startViteTerminal(project, env);
  vite.type('g');
  await vite.hear('to pay $0.03');
  project.write({ 'vite.config.mjs': configOf('vite', { options: '{ budget: 0.01 }' }) });
  await vite.hear('server restarted.');
  vite.type('g');
  await vite.hear('more than the budget of $0.01');
  expect(fal.standIn.requests).toEqual([]);
});
