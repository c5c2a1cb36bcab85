import { type ChildProcess, fork, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

export const REPOSITORY: string = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** The package under test; another folder can be named while `dist` is being rebuilt. */
const PACKAGE = process.env['TEST_PACKAGE_DIR'] ?? REPOSITORY;

/** Where bundlers come from: a folder with other versions of some of them in its `node_modules`. */
const BUNDLERS_DIR = process.env['TEST_BUNDLERS_DIR'] ?? REPOSITORY;

export type Bundler =
  | 'vite'
  | 'rollup'
  | 'rolldown'
  | 'webpack'
  | 'rspack'
  | 'rsbuild'
  | 'esbuild'
  | 'farm';
/** Those with a door. */
export const BUNDLERS: readonly Bundler[] = [
  'vite',
  'rollup',
  'rolldown',
  'webpack',
  'rspack',
  'rsbuild',
  'esbuild',
  'farm',
];

/** The package of each. */
export const PACKAGES: Readonly<Record<Bundler, string>> = {
  vite: 'vite',
  rollup: 'rollup',
  rolldown: 'rolldown',
  webpack: 'webpack',
  rspack: '@rspack/core',
  rsbuild: '@rsbuild/core',
  esbuild: 'esbuild',
  farm: '@farmfe/core',
};
/** What else fixtures use. */
const OTHER_PACKAGES = [
  'yaml',
  'webpack-dev-server',
  '@rspack/dev-server',
  'css-loader',
  'mini-css-extract-plugin',
  'vite-imagetools',
];

/** The folder of an installed package: of {@link BUNDLERS_DIR} when it is there, else of the repository. */
export function packageFolder(name: string): string {
  const other = join(BUNDLERS_DIR, 'node_modules', name);
  return existsSync(other) ? other : join(REPOSITORY, 'node_modules', name);
}

/** Version of the bundler that the tests run. */
export function versionOf(bundler: Bundler): string {
  const file = join(packageFolder(PACKAGES[bundler]), 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** A project in a temporary folder outside the repository. */
export interface Project {
  root: string;
  path(...names: string[]): string;
  write(files: Readonly<Record<string, string | Uint8Array>>): void;
  read(name: string): string;
  remove(...names: string[]): void;
  /** Names of all files below a folder, relative to it, sorted; none when it does not exist. */
  files(folder: string): string[];
  /** Digest of each file below a folder. */
  digests(folder: string): Record<string, string>;
  /** A new project with these files and folders of this one. */
  copy(...names: string[]): Project;
}

const made: string[] = [];
// Here, once for each test file: called within a test or a hook, it would not run.
afterAll(() => {
  for (const root of made.splice(0)) rmSync(root, { recursive: true, force: true, maxRetries: 3 });
});

/** Makes a project from a files object; it is removed after the tests of the file. */
export function createProject(files: Readonly<Record<string, string | Uint8Array>> = {}): Project {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'image-prompt-')));
  made.push(root);
  const modules = join(root, 'node_modules');
  mkdirSync(modules);
  symlinkSync(PACKAGE, join(modules, 'unplugin-image-prompt'));
  for (const name of [...Object.values(PACKAGES), ...OTHER_PACKAGES]) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(packageFolder(name), join(modules, name));
  }

  const path = (...names: string[]): string => join(root, ...names);
  const list = (folder: string): string[] => {
    try {
      return readdirSync(path(folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(path(folder).length + 1))
        .sort();
    } catch {
      return [];
    }
  };
  const project: Project = {
    root,
    path,
    write(given) {
      for (const [name, text] of Object.entries(given)) {
        mkdirSync(dirname(path(name)), { recursive: true });
        writeFileSync(path(name), text);
      }
    },
    read: (name) => readFileSync(path(name), 'utf8'),
    remove(...names) {
      for (const name of names) rmSync(path(name), { recursive: true, force: true });
    },
    files: list,
    digests: (folder) =>
      Object.fromEntries(list(folder).map((name) => [name, digestOfFile(path(folder, name))])),
    copy(...names) {
      const other = createProject();
      for (const name of names) cpSync(path(name), other.path(name), { recursive: true });
      return other;
    },
  };
  project.write({ 'package.json': '{ "type": "module" }\n', ...files });
  return project;
}

export function digestOfFile(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** What a child process gets: nothing of this machine but what it takes to run. */
export type ChildEnv = Readonly<Record<string, string | Uint8Array>>;

export function childEnv(project: Project, env: ChildEnv): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: project.path('node_modules', '.home'), ...env };
}

/** What a program said. */
export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs Node on a script in the project's folder. */
export async function runNode(
  project: Project,
  words: readonly string[],
  env: ChildEnv = {},
): Promise<Finished> {
  const child = spawn(process.execPath, words, {
    cwd: project.root,
    env: childEnv(project, env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return await finish(child);
}

/** Runs the program of an installed package, such as `vite build`. */
export function runBin(
  project: Project,
  [name, ...words]: readonly ['vite' | 'rollup' | 'rolldown' | 'image-prompt', ...string[]],
  env: ChildEnv = {},
): Promise<Finished> {
  const scripts = {
    vite: 'vite/bin/vite.js',
    rollup: 'rollup/dist/bin/rollup',
    rolldown: 'rolldown/bin/cli.mjs',
    'image-prompt': 'unplugin-image-prompt/dist/cli/run.js',
  };
  return runNode(project, [project.path('node_modules', scripts[name]), ...words], env);
}

async function finish(child: ChildProcess): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr?.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, stdout, stderr };
}

/** An error as the bundler's API reports it. */
export interface ReportedError {
  message: string;
  plugin?: string;
  id?: string;
  loc?: { file: string; line: number; column: number };
  frame?: string;
  code?: string;
  hint?: string;
  /** webpack: the message of its wrapper, and the module it names. */
  text?: string;
  moduleId?: string;
}

/** The end of one build. */
export interface BuildResult {
  ok: boolean;
  errors: ReportedError[];
  warnings: string[];
}

/** Starts the runner; {@link build} and the watch helper talk to it. */
export function startRunner(
  project: Project,
  bundler: Bundler,
  mode: 'build' | 'watch',
  env: ChildEnv,
): ChildProcess {
  return fork(join(REPOSITORY, 'test/helpers/bundlers-run.mjs'), [bundler, mode], {
    cwd: project.root,
    env: childEnv(project, env),
    // The runner finds bundlers where the project does.
    execArgv: ['--experimental-import-meta-resolve'],
    silent: true,
  });
}

/** Builds through the bundler's API, in a process of its own. */
export async function build(
  project: Project,
  bundler: Bundler,
  env: ChildEnv = {},
): Promise<BuildResult & Finished> {
  const child = startRunner(project, bundler, 'build', env);
  let result: BuildResult | null = null;
  child.on('message', (message: BuildResult) => {
    result = message;
  });
  const finished = await finish(child);
  if (!result) throw new Error(`${bundler} ended without a result:\n${finished.stderr}`);
  return { ...(result as BuildResult), ...finished };
}

/** Builds, and throws what the bundler said when it failed. */
export async function buildOk(
  project: Project,
  bundler: Bundler,
  env: ChildEnv = {},
): Promise<BuildResult & Finished> {
  const result = await build(project, bundler, env);
  if (result.ok) return result;
  throw new Error(result.errors.map((error) => error.text ?? error.message).join('\n'));
}
