import type { Plugin } from 'rollup';
import type { BuiltPicture } from '../../engine/build-picture.ts';
import { toBundlerError } from '../bundler-error.ts';
import { markId, parseId, SPEC_ID } from '../ids.ts';
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
      session.restart();
    },

    resolveId: {
      order: 'pre',
      async handler(source, importer, options) {
        if (!SPEC_ID.test(source)) return null;
        const at = source.search(/[?#]/);
        const path = at === -1 ? source : source.slice(0, at);
        const resolved = await this.resolve(path, importer, { ...options, skipSelf: true });
        if (!resolved || resolved.external) return resolved;
        return { ...resolved, id: markId(resolved.id + (at === -1 ? '' : source.slice(at))) };
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
            this.warn({
              message: warning.message,
              id: request.file,
              ...(warning.frame ? { frame: warning.frame } : {}),
            });
          }
          return { code: await writeEmittedModule(this, request, built), map: { mappings: '' } };
        } catch (error) {
          watch(session.dependenciesOf(request.file));
          throw toBundlerError(error, request.file);
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
