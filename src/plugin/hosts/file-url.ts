import type { Plugin } from 'rollup';
import { ImagePromptError } from '../../errors.ts';
import { toBundlerError } from '../bundler-error.ts';
import { parseId } from '../ids.ts';
import type { Session } from '../session.ts';

/** What a reference to an emitted file becomes. */
interface FileReference {
  /** Path in the output. */
  fileName: string;
  /** The same, relative to the script with the reference. */
  relativePath: string;
  format: string;
}

/**
 * Hooks of Rollup and Rolldown, which know no base: URLs of our pictures are below the option
 * `publicPath`, or relative to the script. Vite has its own.
 */
export function createFileUrlHooks(session: Session): Partial<Plugin> {
  let publicPath: string | undefined;
  let asked = false;
  return {
    async renderStart() {
      asked = false;
      ({ publicPath } = await session.options());
    },

    resolveFileUrl(reference) {
      // Files of other plugins are theirs.
      if (!parseId(reference.moduleId)) return null;
      asked = true;
      return publicPath === undefined
        ? writeScriptUrl(reference)
        : JSON.stringify(publicPath + encodeURI(reference.fileName));
    },

    renderChunk(_code, { moduleIds }, { format }) {
      const needed = publicPath !== undefined || format === 'iife' || format === 'umd';
      if (!needed || asked || !moduleIds.some((id) => parseId(id))) return null;
      // Rolldown before 1.2.3 has no such hook.
      throw toBundlerError(
        new ImagePromptError(
          'CONFIG_INVALID',
          `This version of the bundler cannot place pictures ${publicPath === undefined ? `in the format "${format}"` : 'below publicPath'}.`,
          { hint: "Update the bundler, or build with `format: 'es'` and without `publicPath`." },
        ),
      );
    },
  };
}

/**
 * What Rollup writes by itself, for Rolldown, where scripts that are no modules would get
 * `new URL(…, {}.url)`, which throws: https://rollupjs.org/plugin-development/#resolvefileurl
 */
function writeScriptUrl({ relativePath, format }: FileReference): string | null {
  if (format !== 'iife' && format !== 'umd') return null;
  const path = JSON.stringify(encodeURI(relativePath));
  // A script knows its own URL while it runs, unless it was put into the page by other means.
  const inPage = `new URL(${path}, document.currentScript && document.currentScript.tagName.toUpperCase() === 'SCRIPT' && document.currentScript.src || document.baseURI).href`;
  if (format === 'iife') return inPage;
  const inNode = `new URL(${path}, require('u' + 'rl').pathToFileURL(__filename)).href`;
  return `(typeof document === 'undefined' ? ${inNode} : ${inPage})`;
}
