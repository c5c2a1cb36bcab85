import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CONFIG_FILES } from '../config/load-config.ts';
import { nameEncoder, readSharpVersions } from '../variant/encoder-id.ts';
import { VERSION } from '../version.ts';
import type { Session } from './session.ts';

/** What tells caches of bundlers apart, besides the files that modules depend on. */
export interface CacheIdentity {
  /** Absolute path of the project's root. */
  root: string;
  /** Whether modules name URLs of a dev server instead of files. */
  serves: boolean;
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * Names a cache of modules: 16 hex digits that change with the release, the encoder, the options, the text
 * of the configuration file and the policy that the environment asks for. It has to be known at once, when a
 * bundler starts; what only shows later stands in the states of pictures.
 */
export function identifyCache(session: Session, { root, serves, env }: CacheIdentity): string {
  const config = CONFIG_FILES.map((name) => readText(resolve(root, name)));
  const policy = [env['IMAGE_PROMPT_ON_MISSING'] ?? '', Boolean(env['VITEST'])];
  const encoder = nameEncoder(readSharpVersions() ?? {});
  const text = JSON.stringify([VERSION, encoder, session.identity(), config, policy, serves]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
