import { resolve } from 'node:path';
import { loadConfig } from '../config/load-config.ts';
import { createDefaultEngine, defaultProvider } from '../engine/defaults.ts';
import type { Engine } from '../engine/engine.ts';
import { resolveOptions } from '../options.ts';

/** Where a command works. */
export interface ProjectRequest {
  root: string | undefined;
  config: string | undefined;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** Opens the project a command is about: its configuration and an engine over it. */
export async function openProject({ root, config, cwd, env }: ProjectRequest): Promise<Engine> {
  const absolute = resolve(cwd, root ?? '.');
  const { options } = await loadConfig(absolute, config);
  return createDefaultEngine(
    resolveOptions(options, { root: absolute, command: 'cli', env, defaultProvider }),
  );
}
