import type { Plugin } from 'rollup';
import type { BuiltPicture } from '../../engine/build-picture.ts';
import { toBundlerError, toWarning } from '../bundler-error.ts';
import { markId, parseId, SPEC_ID, splitId } from '../ids.ts';
import { assertRequest, writeModule } from '../load-module.ts';
import { checkOutput, outputFilesOf } from '../output.ts';
import { describeRun } from '../run-report.ts';
import type { Session } from '../session.ts';
import { type EmitContext, emitVariants, type ReferenceStyle } from './emit.ts';

/** Hooks of the whole Rollup family. */
export function createRollupHooks(
  session: Session,
  referenceStyle: () => ReferenceStyle = () => 'rollup',
): Partial<Plugin> {
  return {
    buildStart() {
      if (this.meta.watchMode) session.start({ root: session.root, command: 'watch' });
      session.restart();
    },

    resolveId: {
      order: 'pre',
      async handler(source, importer, options) {
        if (!SPEC_ID.test(source)) return null;
        const { path, query } = splitId(source);
        const resolved = await this.resolve(path, importer, { ...options, skipSelf: true });
        if (!resolved || resolved.external) return resolved;
        return { ...resolved, id: markId(resolved.id + query) };
      },
    },

    load: {
      order: 'pre',
      async handler(id) {
        const request = parseId(id);
        if (!request) return null;
        const watch = (files: readonly string[]): void => {
          for (const file of files) this.addWatchFile(file);
        };
        try {
          assertRequest(request);
          const built = await session.build(request.file);
          watch(built.dependencies);
          for (const warning of built.warnings) {
            this.warn(toWarning(warning, request.file));
          }
          return { code: await writeEmittedModule(this, request, built), map: { mappings: '' } };
        } catch (error) {
          watch(session.dependenciesOf(request.file));
          throw toBundlerError(error, request.file, session.root);
        }
      },
    },

    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const warn = (message: string): void => this.warn(message);
        await checkOutput(session, outputFilesOf(bundle), warn).catch((error: unknown) => {
          throw toBundlerError(error);
        });
      },
    },

    async closeBundle() {
      const text = await describeRun(session);
      if (text) this.info(text);
    },
  };

  async function writeEmittedModule(
    context: EmitContext,
    request: NonNullable<ReturnType<typeof parseId>>,
    built: BuiltPicture,
  ): Promise<string> {
    const urlOf = await emitVariants(context, built, referenceStyle());
    return writeModule(request, built, built.variants, urlOf);
  }
}
