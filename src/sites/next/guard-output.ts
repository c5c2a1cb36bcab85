import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Secret } from '../../plugin/leak-guard.ts';
import type { NextConfig } from './types.ts';

/** What the process that looks an output over is told. */
export interface OutputCheck {
  /** Absolute paths; `endings` are those of the files that matter, null for all. */
  folders: { folder: string; endings: readonly string[] | null }[];
  secrets: readonly Secret[];
}

const CHECKER = fileURLToPath(new URL('./check-output.js', import.meta.url));

/**
 * Looks the output of a build over when the process that builds it ends, and has it end with 1 when a spec or its prompt
 * would be published. Turbopack has no plugins, and Next no hook after its last page is written; where a process
 * ends nothing can be waited for but another process.
 */
export function guardOutput(
  config: NextConfig,
  cwd: string,
  secrets: () => readonly Secret[],
): void {
  process.once('exit', (code) => {
    // A build that failed has published nothing.
    if (code !== 0) return;
    const input: OutputCheck = {
      folders: listOutput(config, cwd),
      secrets: secrets().map(({ file, prompts, alt }) => ({ file, prompts, alt })),
    };
    const { status } = spawnSync(process.execPath, [CHECKER], {
      input: JSON.stringify(input),
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    if (status !== 0) process.exitCode = 1;
  });
}

/**
 * What of a build is published. Of the server's own files, only pages that are written already.
 * Source: https://nextjs.org/docs/app/api-reference/config/next-config-js/distDir
 */
export function listOutput(config: NextConfig, cwd: string): OutputCheck['folders'] {
  const { distDir, output } = config;
  if (output === 'export') return [{ folder: resolve(cwd, distDir ?? 'out'), endings: null }];
  const built = resolve(cwd, distDir ?? '.next');
  return [
    { folder: resolve(built, 'static'), endings: null },
    { folder: resolve(built, 'server'), endings: ['.html', '.rsc', '.body'] },
  ];
}
