import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProject, type Project } from '../helpers/project.ts';

const REPOSITORY = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const MODULES = join(REPOSITORY, 'node_modules');
const DECLARATIONS = join(REPOSITORY, 'dist');

/** `npm test` builds before it tests. */
export const isBuilt: boolean = existsSync(join(DECLARATIONS, 'index.d.ts'));

/** The compilers: the name each is installed under, and its version. */
export const COMPILERS = [
  ['typescript-5', '5.9'],
  ['typescript-6', '6.0'],
  ['typescript', '7.0'],
] as const;
export type Compiler = (typeof COMPILERS)[number][0];

/**
 * A project with the fixtures, Vite and the package. The package is copied, not linked: a compiler
 * follows a link, and would find there whatever the repository has installed.
 */
export function createTypedProject(files: Readonly<Record<string, string>>): Project {
  const project = createProject({ 'package.json': '{ "type": "module" }', ...files });
  const own = project.path('node_modules/unplugin-image-prompt');
  mkdirSync(join(own, 'dist'), { recursive: true });
  for (const name of ['package.json', 'client.d.ts'])
    cpSync(join(REPOSITORY, name), join(own, name));
  const declarations = (readdirSync(DECLARATIONS, { recursive: true }) as string[]).filter((name) =>
    name.endsWith('.d.ts'),
  );
  for (const name of declarations) cpSync(join(DECLARATIONS, name), join(own, 'dist', name));
  mkdirSync(project.path('node_modules/@types'));
  for (const name of ['vite', '@types/node']) {
    symlinkSync(join(MODULES, name), project.path('node_modules', name));
  }
  cpSync(fileURLToPath(new URL('fixtures', import.meta.url)), project.path('src'), {
    recursive: true,
  });
  return project;
}

/** What of a project a compiler looks at, and how. */
export interface CompileOptions {
  resolution: 'bundler' | 'nodenext';
  types: readonly string[];
  /** Whether the program is for browsers; without, a compiler has half the work. */
  dom: boolean;
  files: readonly string[];
}

/** Runs a compiler, as strict as can be; gives its errors as `FILE:LINE CODE`, sorted. */
export async function compile(
  compiler: Compiler,
  project: Project,
  { resolution, types, dom, files }: CompileOptions,
): Promise<string[]> {
  const name = `tsconfig.${randomUUID()}.json`;
  const compilerOptions = {
    target: 'es2022',
    lib: dom ? ['es2023', 'dom', 'dom.iterable'] : ['es2023'],
    module: resolution === 'bundler' ? 'esnext' : 'nodenext',
    moduleResolution: resolution,
    types,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    skipLibCheck: false,
    noEmit: true,
  };
  project.write(name, JSON.stringify({ compilerOptions, files }));
  const tsc = join(MODULES, compiler, 'bin', 'tsc');
  const output = await new Promise<string>((resolve) => {
    execFile(
      process.execPath,
      [tsc, '--pretty', 'false', '-p', name],
      { cwd: project.root, maxBuffer: 16e6 },
      (_error, stdout, stderr) => resolve(`${stdout}${stderr}`),
    );
  });
  return output
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith(' '))
    .map((line) => line.replace(/^([^(]+)\((\d+),\d+\): error (TS\d+): .*$/, '$1:$2 $3'))
    .sort();
}

/** The errors that the lines of a file ask for in a comment at their end. */
export function expectedErrors(project: Project, files: readonly string[]): string[] {
  return files
    .flatMap((file) =>
      project
        .readText(file)
        .split('\n')
        .flatMap((line, index) => {
          const code = /\/\/ (TS\d+)$/.exec(line)?.[1];
          return code ? [`${file}:${index + 1} ${code}`] : [];
        }),
    )
    .sort();
}
