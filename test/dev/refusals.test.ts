// Who lets a server or a watcher spend (`onMissing: generate`) pays once for what the service refuses, or nothing
// at all: neither a page that loads again, nor what a request leaves in the store for a moment, asks once more.
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Picture } from '../../src/picture/types.ts';
import type { Fault } from '../fal-stand-in/index.mjs';
import { BUNDLERS, createProject, type Project } from '../helpers/bundlers.ts';
import { startDevServer } from '../helpers/bundlers-dev.ts';
import { useFal } from '../helpers/bundlers-fal.ts';
import { fixture } from '../helpers/bundlers-fixture.ts';
import { watch } from '../helpers/bundlers-watch.ts';

const fal = useFal();
beforeEach(() => fal.standIn.reset());

const SPEC = 'src/square.image.yaml';
const GENERATE = { IMAGE_PROMPT_ON_MISSING: 'generate' };
const MAIN = `import square from './square.image.yaml';
globalThis.result = { square };
if (import.meta.hot) import.meta.hot.accept('./square.image.yaml', () => {});
`;

function createSite(): Project {
  return createProject({ ...fixture(), 'src/main.js': MAIN });
}

const submits = (): number => fal.standIn.stats.submits;

type Kind = Pick<Fault, 'stage' | 'kind'>;
const REFUSED: Kind[] = [
  { stage: 'submit', kind: 'content_policy_violation' },
  { stage: 'result', kind: 'content_policy_violation' },
];
const EMPTY: Kind = { stage: 'submit', kind: 'exhausted_balance' };

const always = (fault: Kind): void =>
  fal.standIn.setFaults([{ ...fault, times: 1_000_000 } as Fault]);

describe('a dev server', () => {
  /** Loads the picture, and again whenever a browser would, until nothing more is told. */
  async function open(): Promise<{ load: () => Promise<string>; project: Project }> {
    const project = createSite();
    const server = await startDevServer(project, { ...fal.env, ...GENERATE });
    const load = async (): Promise<string> => {
      const loaded = server.load<Picture>('/src/main.js');
      return await loaded.then(
        ({ square }) => square!.src,
        () => 'failed',
      );
    };
    const follow = async (): Promise<string> => {
      let shown = await load();
      while (
        await server.next('full-reload', 2500).then(
          () => true,
          () => false,
        )
      )
        shown = await load();
      return shown;
    };
    return { load: follow, project };
  }

  test.each(REFUSED)('asks once for what is refused at the $stage', async (fault) => {
    always(fault);
    const { load, project } = await open();
    expect(await load()).toBe('failed');
    expect(submits()).toBe(1);
    expect(await load()).toBe('failed');
    expect(submits()).toBe(1);

    // Another text is another request.
    fal.standIn.setFaults([]);
    project.write({ [SPEC]: project.read(SPEC).replace('red kettle', 'blue kettle') });
    await expect.poll(load).toContain('/@image-prompt/');
    expect(submits()).toBe(2);
  });

  test('asks no more while the account is empty, until a spec is saved', async () => {
    always(EMPTY);
    const { load, project } = await open();
    expect(await load()).toBe('failed');
    expect(await load()).toBe('failed');
    expect(submits()).toBe(1);

    fal.standIn.setFaults([]);
    project.write({ [SPEC]: `${project.read(SPEC)}\n` });
    await expect.poll(load).toContain('/@image-prompt/');
    expect(submits()).toBe(2);
  });
});

describe.each(BUNDLERS)('a watcher of %s', (bundler) => {
  test.each([...REFUSED, EMPTY])('does not go on asking: $kind at the $stage', async (fault) => {
    const project = createSite();
    const watcher = watch(project, bundler, { ...fal.env, ...GENERATE });
    await watcher.until(({ ok }) => ok);
    await watcher.settle();
    const before = submits();
    expect(before).toBeGreaterThan(0);

    always(fault);
    project.write({ [SPEC]: project.read(SPEC).replace('red kettle', 'blue kettle') });
    await watcher.until(({ ok }) => !ok);
    await watcher.settle();
    // What a request leaves in the store for a moment is seen by now.
    await sleep(2000);
    await watcher.settle();
    // An account may have been topped up between two builds.
    expect(submits() - before).toBeLessThanOrEqual(fault === EMPTY ? 2 : 1);
    expect(submits() - before).toBeGreaterThan(0);
    if (fault === EMPTY) return;
    project.write({ 'src/main.js': `${MAIN}// Saved.\n` });
    // Farm builds only what was saved.
    await watcher.until(() => true);
    expect(submits() - before).toBe(1);
  });
});
