import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Compiles a folder of `src` with all it imports, for child processes: Node 20 runs no TypeScript.
 *
 * @returns the folder that stands for `src`; remove it afterwards.
 */
export function compileSource(folder: string): string {
  // Inside the package, so that the compiled files find its dependencies.
  const cache = join(ROOT, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const dir = mkdtempSync(join(cache, 'compiled-'));
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: { rootDir: join(ROOT, 'src'), outDir: dir, declaration: false, noCheck: true },
    include: [join(ROOT, 'src', folder)],
  };
  const compilerOptions = { ...config.compilerOptions, declarationMap: false, sourceMap: false };
  const configFile = join(dir, 'tsconfig.json');
  writeFileSync(configFile, JSON.stringify({ ...config, compilerOptions }));
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, '-p', configFile], { cwd: ROOT });
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  return dir;
}
