import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { findRoot } from '../config/find-root.ts';
import { loadConfig } from '../config/load-config.ts';
import { createDefaultEngine, defaultProvider } from '../engine/defaults.ts';
import type { Engine } from '../engine/engine.ts';
import { ImagePromptError } from '../errors.ts';
import { resolveOptions } from '../options.ts';

/** Where a command works. */
export interface ProjectRequest {
  root: string | undefined;
  config: string | undefined;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Goes by the defaults, whatever the configuration says: for a command that must do without it. */
  unconfigured?: boolean;
}

/** Opens the project a command is about: its configuration and an engine over it. */
export async function openProject(request: ProjectRequest): Promise<Engine> {
  const { root, config, cwd, env, unconfigured = false } = request;
  const absolute = root === undefined ? findRoot(cwd) : resolve(cwd, root);
  if (!statSync(absolute, { throwIfNoEntry: false })?.isDirectory()) {
    throw new ImagePromptError(
      'CONFIG_INVALID',
      `Expected a folder for --root, received "${root}".`,
    );
  }
  const { options } = unconfigured ? { options: {} } : await loadConfig(absolute, config);
  return createDefaultEngine(
    resolveOptions(options, { root: absolute, command: 'cli', env, defaultProvider }),
    env,
  );
}
