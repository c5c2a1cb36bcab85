import { fal } from '../../src/provider/fal.ts';
import { sketch } from '../../src/provider/sketch.ts';
import { createNodeApi, type NodeApi, type NodeOptions } from '../../src/sites/node-api.ts';
import { KEY, useFal } from '../helpers/bundlers-fal.ts';
import { spec } from '../helpers/bundlers-fixture.ts';
import { createProject, type Project } from '../helpers/project.ts';

const service = useFal();

/** What the functions warned of, in every test of the file. */
export const warnings: string[] = [];
/** What they told at the end of builds. */
export const reports: string[] = [];
/** Calls with one environment share their sessions. */
const NO_VARIABLES = {};
/** The functions, as in a process with these variables. */
export const apiWith = (env: Record<string, string> = NO_VARIABLES): NodeApi =>
  createNodeApi({
    env,
    cwd: () => '/',
    now: () => performance.now(),
    warn: (text) => warnings.push(text),
    print: (text) => reports.push(text),
  });
/** As in a process without any. */
export const api: NodeApi = apiWith();

/** The spec of {@link makeProject}. */
export const KETTLE = spec('a red kettle on a square tile', {
  alt: 'A kettle',
  image_size: '816x816',
  widths: '[200, 400]',
});

/** A project with one spec, `docs/kettle.image.yaml`. */
export const makeProject = (files: Record<string, string> = {}): Project =>
  createProject({ 'package.json': '{}', 'docs/kettle.image.yaml': KETTLE, ...files });

/** Options for pictures that cost nothing. */
export const free = ({ root }: Project, more: NodeOptions = {}): NodeOptions => ({
  root,
  provider: sketch(),
  ...more,
});
/** Options for pictures of the stand-in. */
export const paying = ({ root }: Project, more: NodeOptions = {}): NodeOptions => ({
  root,
  provider: fal({ credentials: KEY, baseUrl: service.standIn.baseUrl, pollInterval: 20 }),
  ...more,
});

/** Requests that cost money, so far. */
export const paid = () => service.standIn.stats.submits;
