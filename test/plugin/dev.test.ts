// What a dev server answers for a variant. The session is a stand-in: only files and HTTP are real.
import { readdirSync, utimesSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import type { BuiltPicture } from '../../src/engine/build-picture.ts';
import { devPicturesOf } from '../../src/plugin/dev.ts';
import { createDevRecords } from '../../src/plugin/dev-records.ts';
import type { SpecRequest } from '../../src/plugin/ids.ts';
import type { Session } from '../../src/plugin/session.ts';
import { createProject, type Project } from '../helpers/project.ts';

const VARIANT = { width: 4, height: 4, format: 'png' };
const ends: (() => void)[] = [];
afterAll(() => {
  for (const end of ends) end();
});

function createSession(project: Project): Session {
  const built = {
    file: 'a.image.yaml',
    name: 'a',
    source: 'x',
    plan: { crop: null, variants: [VARIANT], src: 0 },
    renderDraft: async () => null,
    renderOne: async () => ({ ...VARIANT, path: project.path('a.png'), bytes: 5 }),
  } as unknown as BuiltPicture;
  return {
    root: project.root,
    pictures: new Map(),
    options: async () => ({ cacheDir: project.path('cache') }),
    build: async () => built,
    onClose: () => {},
  } as unknown as Session;
}

function requestIn(project: Project): SpecRequest {
  return { file: project.path('a.image.yaml'), kind: 'picture', overrides: {} };
}

/** @param change what happens to the session between the URLs and the server */
async function serve(project: Project, change = (session: Session): Session => session) {
  const session = createSession(project);
  const request = requestIn(project);
  const urlOf = await devPicturesOf(session).urlOf(request, await session.build(request), '/');
  const pictures = devPicturesOf(change(session));
  const server = createServer((message, response) => {
    pictures.middleware(message, response, (error) => {
      response.statusCode = error ? 500 : 418;
      response.end(error ? 'broken' : 'passed on');
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  ends.push(() => server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const path = (urlOf(VARIANT as never) as { literal: string }).literal;
  return (method = 'GET', url = path) => fetch(`${origin}${url}`, { method });
}

describe('the middleware', () => {
  test('sends the bytes, and lets browsers keep them', async () => {
    const get = await serve(createProject({ 'a.png': 'bytes' }));
    const response = await get();
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(await response.text()).toBe('bytes');
  });

  test('answers HEAD without a body, and passes what is no question on', async () => {
    const get = await serve(createProject({ 'a.png': 'bytes' }));
    const head = await get('HEAD');
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe('5');
    expect(await head.text()).toBe('');
    expect((await get('POST')).status).toBe(418);
  });

  test.each([
    ['gone', {}],
    ['a folder', { 'a.png/b': '' }],
  ])('does not let browsers keep the error about a file that is %s', async (_what, files) => {
    const response = await (await serve(createProject(files)))();
    expect(response.status).toBe(500);
    expect(response.headers.get('cache-control')).toBeNull();
    expect(await response.text()).toBe('broken');
  });

  test('of a site serves what its bundler handed out before an edit', async () => {
    const get = await serve(createProject({ 'a.png': 'bytes' }), (session) => {
      const edited = { file: 'a.image.yaml', name: 'a', plan: { variants: [] } };
      return Object.create(session, { build: { value: async () => edited } });
    });
    expect(await (await get()).text()).toBe('bytes');
  });

  test('knows nothing of a picture whose note is damaged', async () => {
    const project = createProject({ 'cache/dev/0123456789ab.json': '{"file":' });
    const get = await serve(project);
    expect((await get('GET', '/@image-prompt/a-4.0123456789ab.png')).status).toBe(404);
  });
});

describe('the notes', () => {
  test.each(['', 'null', '{}', '{"file":"a"}', '{"file":1,"overrides":{}}'])(
    '%s is none',
    async (text) => {
      const project = createProject({ 'cache/dev/0123456789ab.json': text });
      const records = createDevRecords(createSession(project));
      expect(await records.read('0123456789ab')).toBeNull();
    },
  );

  test('that are old go when there are many; those in use stay', async () => {
    const nameOf = (index: number): string => index.toString(16).padStart(12, '0');
    const text = '{"file":"a.image.yaml","overrides":{}}';
    const project = createProject(
      Object.fromEntries(
        Array.from({ length: 2010 }, (_, index) => [`cache/dev/${nameOf(index)}.json`, text]),
      ),
    );
    const ago = (days: number): Date => new Date(Date.now() - days * 24 * 3_600_000);
    for (let index = 0; index < 2010; index++) {
      const age = ago(index < 5 ? 90 : index < 10 ? 10 : 1);
      utimesSync(project.path('cache', 'dev', `${nameOf(index)}.json`), age, age);
    }
    const records = createDevRecords(createSession(project));
    expect(await records.read(nameOf(2000))).toEqual(requestIn(project));
    const left = (): string[] => readdirSync(project.path('cache', 'dev'));
    await expect.poll(() => left().length).toBe(2005);
    expect(left()).not.toContain(`${nameOf(4)}.json`);
    expect(left()).toContain(`${nameOf(5)}.json`);
  });
});
