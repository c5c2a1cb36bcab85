/**
 * Reads a git-LFS pointer (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md): its oid is the
 * SHA-256 of the bytes, so it is the very digest that the record holds.
 */
export function parseLfsPointer(bytes: Uint8Array): { digest: string; bytes: number } | null {
  // The specification limits a pointer to less than 1,024 bytes.
  if (bytes.length >= 1024) return null;
  const text = Buffer.from(bytes).toString('utf8');
  if (!text.startsWith('version https://git-lfs.github.com/spec/v')) return null;
  const digest = /^oid sha256:([0-9a-f]{64})$/m.exec(text)?.[1];
  const size = /^size (\d+)$/m.exec(text)?.[1];
  return digest && size ? { digest, bytes: Number(size) } : null;
}
