import type { Digest } from './types.ts';

const REFERENCE = /^sha256:([0-9a-f]{64})$/;

/**
 * The text that stands for a file in a recipe's `input`, where the author named the fields of an
 * unknown edit endpoint: so these names are part of the key, and the URL of an upload is not.
 */
export function fileReference(digest: Digest): string {
  return `sha256:${digest}`;
}

/** The digests that references in data name, in the order in which they first stand there. */
export function listFileReferences(data: unknown): Digest[] {
  const found = new Set<Digest>();
  fillFileReferences(data, (digest) => {
    found.add(digest);
    return '';
  });
  return [...found];
}

/**
 * Copies plain data with each text that is a {@link fileReference} and nothing else replaced.
 * Names of fields stay as they are.
 * @param urlOf what stands for a file; may throw where it has nothing for a digest
 */
export function fillFileReferences<T>(data: T, urlOf: (digest: Digest) => string): T {
  return fill(data, urlOf) as T;
}

function fill(value: unknown, urlOf: (digest: Digest) => string): unknown {
  if (typeof value === 'string') {
    const digest = REFERENCE.exec(value)?.[1];
    return digest === undefined ? value : urlOf(digest);
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, urlOf));
  if (typeof value !== 'object' || value === null) return value;
  // fromEntries defines fields, so even `__proto__` is an ordinary one.
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, fill(field, urlOf)]),
  );
}
