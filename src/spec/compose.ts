import { isMap, isScalar } from 'yaml';
import { composeYaml } from './yaml.ts';

/**
 * Whether a file is Docker Compose's: a top-level `services:` and no `prompt:` (contract, section 1).
 * Lenient: Compose files may hold tags and merge keys that a spec may not.
 */
export function isComposeFile(text: string): boolean {
  if (!text.includes('services')) return false;
  const contents = composeYaml(text).document?.contents;
  if (!isMap(contents)) return false;
  const names = contents.items.map(({ key }) => (isScalar(key) ? String(key.value) : ''));
  return names.includes('services') && !names.includes('prompt');
}
