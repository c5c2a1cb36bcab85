import type { Plugin } from 'rollup';
import type { BuiltPicture } from '../../engine/build-picture.ts';
import { toBundlerError, toWarning } from '../bundler-error.ts';
import { markId, parseId, SPEC_ID, type SpecRequest, splitId } from '../ids.ts';
import { assertRequest, srcOf, writeModule } from '../load-module.ts';
import { checkOutput, outputFilesOf } from '../output.ts';
import { createPictureStates } from '../picture-states.ts';
import { finishRun } from '../run-report.ts';
import type { Session } from '../session.ts';
import { watchOriginals } from '../watch-originals.ts';
import { type EmitContext, emitVariants, type ReferenceStyle } from './emit.ts';

/** Hooks of the whole Rollup family. */
export function createRollupHooks(
  session: Session,
  referenceStyle: () => ReferenceStyle = () => 'rollup',
): Partial<Plugin> {
  const states = createPictureStates(session);
  let unwatch: (() => void) | null = null;

  return {
    buildStart() {
      if (this.meta.watchMode) session.start({ root: session.root, command: 'watch' });
      session.restart();
    },

    async closeWatcher() {
      unwatch?.();
      unwatch = null;
      await session.close();
    },

    // Filters keep bundlers from asking about every module; older ones know none, so the handlers look too.
    resolveId: {
      order: 'pre',
      filter: { id: SPEC_ID },
      async handler(source, importer, options) {
        if (!SPEC_ID.test(source)) return null;
        const { path, query } = splitId(source);
        const resolved = await this.resolve(path, importer, { ...options, skipSelf: true });
        if (!resolved || resolved.external) return resolved;
        return { ...resolved, id: markId(resolved.id, query) };
      },
    },

    load: {
      order: 'pre',
      filter: { id: SPEC_ID },
      async handler(id) {
        const request = parseId(id);
        if (!request) return null;
        const watch = (files: readonly string[]): void => {
          for (const file of files) this.addWatchFile(file);
        };
        if (this.meta.watchMode) watch(await followStore(request));
        try {
          assertRequest(request);
          const built = await session.build(request);
          for (const warning of built.warnings) {
            this.warn(toWarning(warning, request.file));
          }
          return { code: writeEmittedModule(this, request, built), map: { mappings: '' } };
        } catch (error) {
          throw toBundlerError(error, request.file, session.root);
        } finally {
          // A broken base must be watched as well, or mending it would go unnoticed.
          watch(session.dependenciesOf(request.file));
        }
      },
    },

    buildEnd(error) {
      // What a build that fails would have had is no report.
      if (error) session.takeRun();
    },

    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const warn = (message: string): void => this.warn(message);
        await checkOutput(session, outputFilesOf(bundle), warn).catch((error: unknown) => {
          session.takeRun();
          throw toBundlerError(error);
        });
      },
    },

    async closeBundle() {
      const text = await finishRun(session);
      if (text) this.info(text);
    },
  };

  /** A file that changes when another original answers to the spec. */
  async function followStore({ file }: SpecRequest): Promise<string[]> {
    try {
      const { dir } = await session.options();
      unwatch ??= watchOriginals(dir, () => {
        session.rereadStore();
        void states.refresh();
      });
      const state = await states.note(file);
      return state === null ? [] : [state];
    } catch {
      // What is wrong is told by the build of the picture.
      return [];
    }
  }

  function writeEmittedModule(
    context: EmitContext,
    request: SpecRequest,
    built: BuiltPicture,
  ): string {
    const { variants, plan } = built;
    // Who asks for one URL needs one file.
    const only = request.kind === 'url' ? [srcOf(plan, variants)] : variants;
    const urlOf = emitVariants(context, built, only, referenceStyle());
    return writeModule(request, built, variants, urlOf);
  }
}
