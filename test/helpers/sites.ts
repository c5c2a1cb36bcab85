import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { type Project, projectAt } from './project.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What npm would publish. */
const PUBLISHED = [
  'package.json',
  'dist',
  'client.d.ts',
  'astro-client.d.ts',
  'astro-components.d.ts',
  'spec.schema.json',
];

/**
 * Where the packages of sites are installed, once for each set of them: outside of the repository, since
 * sites have bundlers of their own, and outside of `node_modules`, where no dev server looks for changes.
 */
const SITES = join(realpathSync(tmpdir()), `image-prompt-sites-${hash(ROOT)}`);

const made: string[] = [];
afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A copy of an example with everything installed that it needs. */
export interface SiteProject extends Project {
  /** For people: the example, or what the variation is called. */
  readonly name: string;
  /** What its programs need in their environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs a program of the site's packages to its end. */
  run(words: readonly string[], env?: Readonly<Record<string, string>>): Promise<SiteRun>;
}

/** How a program ended. */
export interface SiteRun {
  status: number | null;
  /** What it wrote to both streams. */
  output: string;
}

/** How the packages of an example are changed. */
export interface SiteVariation {
  /** @default the name of the example */
  name?: string;
  /** Versions that replace those of the example. */
  versions?: Readonly<Record<string, string>>;
  overrides?: Readonly<Record<string, string>>;
  /** Release of Node that its programs run with, such as `22`. @default that of the tests */
  node?: string;
}

/** Copies an example beside its packages, which are installed at the first time. */
export async function createSiteProject(
  example: string,
  variation: SiteVariation = {},
): Promise<SiteProject> {
  const source = join(ROOT, 'examples', example);
  const home = await install(source, variation);
  const root = mkdtempSync(join(home, 'site-'));
  made.push(root);
  cpSync(source, root, {
    recursive: true,
    // What somebody left who has tried the example.
    filter: (path) =>
      !/[\\/](?:node_modules|dist|build|_site|cache|\.docusaurus|\.nuxt|\.data|\.output|\.image-prompt)$/.test(
        path,
      ),
  });
  const project = projectAt(root);
  // Programs of packages ask for `node` by that name.
  const path = `${join(home, 'node_modules', '.bin')}${delimiter}${process.env['PATH']}`;
  const own: Record<string, string> = variation.node === undefined ? {} : { PATH: path };
  return {
    ...project,
    name: variation.name ?? example,
    env: own,
    run: (words, env = {}) => runIn(root, words, { ...own, ...env }),
  };
}

/** Nobody who runs the tests has agreed to be counted, and no test reaches further than this machine. */
const UNCOUNTED = {
  ASTRO_TELEMETRY_DISABLED: '1',
  NEXT_TELEMETRY_DISABLED: '1',
  NUXT_TELEMETRY_DISABLED: '1',
};

/** What Vitest puts into the environment of tests; Astro takes its own variables from there. */
const OURS = /^(?:VITE|NODE_ENV|FAL_|IMAGE_PROMPT_|TEST|(?:CI|BASE_URL|MODE|DEV|PROD|SSR)$)/;

/** The environment of a program that plays neither CI nor a test. */
export function cleanEnv(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !OURS.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: '1', ...UNCOUNTED, ...more };
}

/** Path of a program that a package of the site brings. */
export function programOf(root: string, name: string): string {
  return join(dirname(root), 'node_modules', '.bin', name);
}

async function runIn(
  root: string,
  [program = '', ...rest]: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<SiteRun> {
  const path = program === 'node' ? process.execPath : programOf(root, program);
  return await run(path, rest, root, cleanEnv(env));
}

async function run(
  program: string,
  words: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<SiteRun> {
  const child = spawn(program, words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output }));
  });
}

/** Installs what an example needs, and puts the package beside it as npm would. */
async function install(
  source: string,
  { versions, overrides, node }: SiteVariation,
): Promise<string> {
  const own = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  const { 'unplugin-image-prompt': _ours, ...needed } = {
    ...own.dependencies,
    ...own.devDependencies,
  };
  const wanted = {
    private: true,
    dependencies: { ...needed, ...versions, ...(node === undefined ? {} : { node }) },
    overrides: { ...own.overrides, ...overrides },
  };
  const text = JSON.stringify(wanted, null, 2);
  const home = join(SITES, hash(text));
  if (!existsSync(home)) {
    mkdirSync(SITES, { recursive: true });
    const work = mkdtempSync(join(SITES, 'install-'));
    writeFileSync(join(work, 'package.json'), text);
    const words = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
    const { status, output } = await run('npm', words, work, cleanEnv({}));
    if (status !== 0) {
      rmSync(work, { recursive: true, force: true });
      throw new Error(`Expected npm to install the packages of ${source}: ${output}`);
    }
    mkdirSync(join(work, 'node_modules'), { recursive: true });
    renameSync(work, home);
  }
  placePackage(join(home, 'node_modules', 'unplugin-image-prompt'));
  return home;
}

/** A copy, not a link: what it imports must be found from where users have it. */
function placePackage(target: string): void {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const name of PUBLISHED) {
    cpSync(join(ROOT, name), join(target, name), { recursive: true });
  }
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) {
    const link = join(target, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), link, 'dir');
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
