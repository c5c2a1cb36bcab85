import { posix } from 'node:path';
import type { FileRead, ReadFile } from '../../src/spec/files.ts';
import { loadSpec } from '../../src/spec/load.ts';
import type { LoadedSpec, ResolvedSpec, SpecDefaults } from '../../src/spec/types.ts';

/** A project in memory: path relative to the root → content. */
export type Files = Record<string, string | Uint8Array>;

const ROOT = posix.resolve('/project');

/** Reads from memory as the adapter reads from disk. */
export function readFromMemory(files: Files): ReadFile {
  return async (path, limit): Promise<FileRead> => {
    const content = files[posix.relative(ROOT, path.replaceAll('\\', '/').replace(/^[A-Z]:/, ''))];
    if (content === undefined) return { kind: 'missing' };
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    return bytes.length > limit ? { kind: 'too-large' } : { kind: 'bytes', bytes };
  };
}

/** Loads `hero.image.yaml` of a project in memory. */
export async function load(
  files: Files | string,
  defaults: SpecDefaults = {},
): Promise<LoadedSpec> {
  const project = typeof files === 'string' ? { 'hero.image.yaml': files } : files;
  const read = readFromMemory(project);
  return await loadSpec({ file: posix.join(ROOT, 'hero.image.yaml'), root: ROOT, defaults, read });
}

/** Loads a project that must have no error. */
export async function resolveSpecOf(
  files: Files | string,
  defaults: SpecDefaults = {},
): Promise<ResolvedSpec> {
  const { spec, diagnostics } = await load(files, defaults);
  if (spec === null) throw new Error(JSON.stringify(diagnostics, null, 2));
  return spec;
}

/** Code and place of each diagnostic. */
export function placesOf(loaded: LoadedSpec): string[] {
  return loaded.diagnostics.map(({ code, line, column }) => `${code} ${line}:${column}`);
}
