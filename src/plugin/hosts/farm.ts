import { join, relative } from 'node:path';
import type { JsPlugin } from '@farmfe/core';
import { mayWrite } from '../../fs/may-write.ts';
import { formatDiagnostic } from '../../report.ts';
import type { Variant } from '../../variant/types.ts';
import { PLUGIN_NAME, toBundlerError } from '../bundler-error.ts';
import { identifyCache } from '../cache-identity.ts';
import { parseId, type SpecRequest } from '../ids.ts';
import type { Secret } from '../leak-guard.ts';
import { assertRequest, writeModule } from '../load-module.ts';
import { nameVariant } from '../named-files.ts';
import { checkOutput, textOf } from '../output.ts';
import { createPictureStates } from '../picture-states.ts';
import { finishRun } from '../run-report.ts';
import type { Session } from '../session.ts';
import { printLine } from './print.ts';

/** What Farm does not take for a file by itself: https://farmfe.org/docs/config/compilation-options */
const ASSETS = ['avif', 'webp', 'jpeg', 'jpg', 'png'];

/** {@link SPEC_ID} as Rust writes it. */
const SPEC_PATTERN = '(?i)\\.image\\.ya?ml(?:\\?|$)';

/** The plugin's side of Farm: its modules import the files of the cache, and Farm emits them. */
export function createFarmHost(session: Session, env: NodeJS.ProcessEnv): Partial<JsPlugin> {
  const states = createPictureStates(session);

  return {
    config(config) {
      const include = config.compilation?.assets?.include ?? [];
      return { compilation: { assets: { include: [...new Set([...include, ...ASSETS])] } } };
    },

    async configResolved({ root, compilation }) {
      const development = compilation?.mode === 'development';
      const command = development || compilation?.watch ? 'watch' : 'build';
      session.start({ root: root ?? session.root, command });
      await separateCaches(session, env, compilation);
    },

    configureDevServer() {
      session.start({ root: session.root, command: 'serve' });
    },

    buildStart: {
      async executor() {
        session.restart();
        await states.refresh();
      },
    },

    load: {
      filters: { resolvedPaths: [SPEC_PATTERN] },
      async executor({ resolvedPath, query }, context) {
        const request = parseId(resolvedPath + writeQuery(query));
        if (!request) return null;
        const watch = async (): Promise<void> => {
          for (const file of await filesOf(request)) context?.addWatchFile(resolvedPath, file);
        };
        try {
          assertRequest(request);
          const built = await session.build(request);
          const { variants } = built;
          const paths = new Map<Variant, string>();
          for (const variant of variants)
            paths.set(variant, await nameVariant(built, variant, session.spareFolder));
          for (const warning of built.warnings) context?.warn(formatDiagnostic(warning));
          const content = writeModule(request, built, variants, (variant) => {
            const name = `u${variants.indexOf(variant)}`;
            return {
              expression: name,
              import: `import ${name} from ${JSON.stringify(paths.get(variant))}`,
            };
          });
          await watch();
          return { content, moduleType: 'js' };
        } catch (error) {
          await watch();
          throw toBundlerError(error, request.file, session.root);
        }
      },
    },

    finalizeResources: {
      async executor({ resourcesMap }) {
        const files = Object.values(resourcesMap).map(({ name, bytes }) => ({
          name,
          text: textOf(name, Uint8Array.from(bytes)),
        }));
        // Farm shows what plugins warn of while it compiles, and nothing after it.
        const warn = (message: string): void => printLine(`image-prompt: ${message}`);
        const kept = await recallSecrets();
        await checkOutput(session, files, warn, kept).catch((error: unknown) => {
          const { message } = toBundlerError(error);
          // An error within an update would end Farm with a panic instead of holding files back.
          if (session.command !== 'build') return printLine(message);
          throw toBundlerError(error);
        });
        // Given back, the resources would have to survive a way through JSON that some do not.
        return undefined;
      },
    },

    finish: {
      async executor() {
        const text = session.command === 'serve' ? null : await finishRun(session);
        if (text) printLine(text);
      },
    },
  };

  /**
   * Prompts of modules that came from the persistent cache: nothing was loaded for them in this process.
   * It never pays; a spec that cannot be read has no module either.
   */
  async function recallSecrets(): Promise<Secret[]> {
    const loaded = new Set([...session.pictures.values()].map(({ request }) => request.file));
    const secrets: Secret[] = [];
    const engine = await session.engine();
    for (const spec of await states.list()) {
      if (loaded.has(spec)) continue;
      const how = { encode: false, frozen: true };
      const built = await engine.buildPicture(spec, how).catch(() => null);
      if (built) secrets.push(built);
    }
    return secrets;
  }

  /** Farm cannot watch what is not there or outside of its root. */
  async function filesOf({ file }: SpecRequest): Promise<string[]> {
    const state = await states.note(file);
    const all = [...session.dependenciesOf(file), ...(state === null ? [] : [state])];
    const isInside = (path: string): boolean =>
      !/^(?:\.\.|[a-z]:)/i.test(relative(session.root, path));
    return all.filter((one) => one !== file && isInside(one));
  }
}

function writeQuery(query: [string, string][]): string {
  return query.length === 0 ? '' : `?${new URLSearchParams(query)}`;
}

/** The persistent cache knows nothing of plugin options, nor of who may make pictures. */
async function separateCaches(
  session: Session,
  env: NodeJS.ProcessEnv,
  compilation: Parameters<NonNullable<JsPlugin['configResolved']>>[0]['compilation'],
): Promise<void> {
  const cache = compilation?.persistentCache;
  if (typeof cache !== 'object') return;
  const { onMissing, cacheDir } = await session.options();
  // What it kept would name files of this run alone, and follow no state.
  if (![cacheDir, join(cacheDir, 'states'), join(cacheDir, 'states', 'tmp')].every(mayWrite)) {
    compilation!.persistentCache = false;
    return;
  }
  const serves = session.command === 'serve';
  const identity = identifyCache(session, { root: session.root, serves, env });
  const hash = `${identity}-${onMissing}`;
  cache.envs = { ...cache.envs, [PLUGIN_NAME]: hash };
}
