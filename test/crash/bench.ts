import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FalStandIn } from '../fal-stand-in/index.mjs';
import { createProject, type Project } from '../helpers/project.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLI = join(ROOT, 'dist/cli/run.js');
const VITE = join(ROOT, 'node_modules/vite/bin/vite.js');

/** How a process ended. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
}

/** A process under way. */
export interface Running {
  child: ChildProcess;
  ended: Promise<Ended>;
}

/** A project under git with specs, and real processes that work on it. */
export interface CrashBench {
  project: Project;
  /** Starts `image-prompt` with these words. */
  cli(words: readonly string[], env?: Record<string, string>): Running;
  /** Starts `vite build`. */
  build(env?: Record<string, string>): Running;
  /** Names below the state of the store. */
  state(folder: string): string[];
}

const CONFIG = `import { fal } from 'unplugin-image-prompt';
export default { provider: fal({ pollInterval: 20 }) };
`;

/** Makes a project of `count` small specs whose service is the stand-in. */
export function createCrashBench(service: FalStandIn, count: number): CrashBench {
  const names = Array.from({ length: count }, (_, index) => `p${index}`);
  const files: Record<string, string> = {
    'image-prompt.config.mjs': CONFIG,
    'vite.config.mjs': `import images from 'unplugin-image-prompt/vite';
const outDir = process.env.TEST_OUT_DIR ?? 'dist';
export default { logLevel: 'error', plugins: [images()], build: { outDir } };
`,
    'index.html': '<!doctype html><script type="module" src="/main.js"></script>',
    'main.js': names
      .map((name) => `import ${name} from './${name}.image.yaml'; globalThis.${name} = ${name};`)
      .join('\n'),
  };
  for (const name of names) {
    files[`${name}.image.yaml`] = `prompt: The picture called ${name}
alt: ${name}
image_size: 816x816
quality: low
output: { widths: [64], formats: [webp], placeholder: none }
`;
  }
  const project = createProject(files);
  spawnSync('git', ['init', '-q'], { cwd: project.root });
  mkdirSync(project.path('node_modules'));
  symlinkSync(ROOT, project.path('node_modules/unplugin-image-prompt'));

  const start = (words: readonly string[], more: Record<string, string> = {}): Running => {
    const env = {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      NODE_ENV: 'test',
      FAL_KEY: service.key,
      IMAGE_PROMPT_FAL_BASE_URL: service.baseUrl,
      ...more,
    };
    const child = spawn(process.execPath, words, { cwd: project.root, env });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    const ended = new Promise<Ended>((resolve) => {
      child.on('close', (code, signal) => resolve({ code, signal, out, err }));
    });
    return { child, ended };
  };

  return {
    project,
    cli: (words, env) => start([CLI, ...words], env),
    build: (env) => start([VITE, 'build'], env),
    state(folder) {
      const path = project.path('.git/image-prompt', folder);
      return existsSync(path) ? readdirSync(path) : [];
    },
  };
}

/** Whole numbers below a limit, the same for the same seed (mulberry32). */
export function createDice(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
