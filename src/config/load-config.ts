import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ImagePromptError } from '../errors.ts';
import type { Options } from '../options.ts';

/** Names that are looked for at the root, in this order. */
export const CONFIG_FILES = [
  'image-prompt.config.ts',
  'image-prompt.config.js',
  'image-prompt.config.mjs',
] as const;

/** What a configuration file says, and where it is. */
export interface LoadedConfig {
  options: Options;
  /** Absolute path, or null when the project has none. */
  file: string | null;
}

/**
 * Reads the project's configuration file.
 * @param explicit a path relative to the root, instead of the usual names
 * @throws ImagePromptError CONFIG_LOAD, CONFIG_INVALID
 */
export async function loadConfig(root: string, explicit?: string): Promise<LoadedConfig> {
  const file = explicit === undefined ? findConfig(root) : resolve(root, explicit);
  if (file === null) return { options: {}, file };
  if (!existsSync(file)) throw new ImagePromptError('CONFIG_LOAD', `Expected a file at ${file}.`);
  const name = isAbsolute(relative(root, file)) ? file : relative(root, file);
  let value: unknown;
  try {
    value = file.endsWith('.ts') ? await importTypeScript(file) : await importJavaScript(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ImagePromptError('CONFIG_LOAD', `${name} cannot be loaded: ${reason}`, {
      cause: error,
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ImagePromptError('CONFIG_INVALID', `Expected ${name} to export options by default.`, {
      hint: 'Write `export default defineConfig({ … })`.',
    });
  }
  return { options: value as Options, file };
}

function findConfig(root: string): string | null {
  return CONFIG_FILES.map((name) => resolve(root, name)).find((path) => existsSync(path)) ?? null;
}

// Node 20 cannot import TypeScript; jiti is what c12 and unconfig use for it, without their search.
async function importTypeScript(file: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  const jiti = createJiti(import.meta.url, { moduleCache: false, fsCache: false });
  return await jiti.import(file, { default: true });
}

async function importJavaScript(file: string): Promise<unknown> {
  // A dev server loads the file again after an edit; Node would answer from its module cache.
  const url = `${pathToFileURL(file).href}?t=${Date.now()}`;
  return ((await import(url)) as { default?: unknown }).default;
}
