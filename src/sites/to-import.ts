import { importSingle, SPEC_ID } from '../plugin/ids.ts';
import { decodePath } from '../plugin/references.ts';

/** What a module imports for an image of a page: without a dot, or the sign of an alias, it would be a package. */
export function toImport(url: string): string {
  const path = decodePath(url.trim());
  return importSingle(SPEC_ID.test(path) && !/^[./@~#$]/.test(path) ? `./${path}` : path);
}
