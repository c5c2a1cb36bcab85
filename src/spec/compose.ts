/** Nearly every file is told apart without its text, and the first that is not loads the parser. */
export function mayBeComposeFile(bytes: Uint8Array): boolean {
  return Buffer.from(bytes).includes('services');
}

/**
 * Whether a file is Docker Compose's: a top-level `services:` and no `prompt:` (contract, section 1).
 * Lenient: Compose files may hold tags and merge keys that a spec may not.
 */
export async function isComposeFile(text: string): Promise<boolean> {
  if (!text.includes('services')) return false;
  const [{ isMap, isScalar }, { composeYaml }] = await Promise.all([
    import('yaml'),
    import('./yaml.ts'),
  ]);
  const contents = composeYaml(text).document?.contents;
  if (!isMap(contents)) return false;
  const names = contents.items.map(({ key }) => (isScalar(key) ? String(key.value) : ''));
  return names.includes('services') && !names.includes('prompt');
}
