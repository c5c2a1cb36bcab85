import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { PLUGIN_NAME, toBundlerError, toWarning } from '../../plugin/bundler-error.ts';
import type { DevFollower } from '../../plugin/dev-follow.ts';
import { markId, parseId, splitId } from '../../plugin/ids.ts';
import type { Session } from '../../plugin/session.ts';
import { type ImageRequest, readAlias, readImageId, writeImageId } from './alias.ts';
import { writeImageModule } from './image-module.ts';

/** What the plugin is told. */
export interface ImagePluginOptions {
  /** Given once Vite's plugin has one. */
  follower(): DevFollower | null;
  /** Whether a style may stand in a page. */
  paints: boolean;
  warn(message: string): void;
}

const SERVICE = 'virtual:image-service';
const DRESSED = '\0image-prompt:image-service';
/** By its place: it is loaded by Vite, in the graph of the site. */
const DRESSER = fileURLToPath(new URL('./dress-service.js', import.meta.url));

/**
 * The part of Vite's plugin that knows Astro: a plain import of a spec is an image for `astro:assets`, with `?picture`
 * or `?url` it is what it is everywhere else.
 */
export function createImagePlugin(session: Session, options: ImagePluginOptions): Plugin {
  return {
    name: `${PLUGIN_NAME}:astro`,
    enforce: 'pre',

    resolveId: {
      order: 'pre',
      filter: { id: /\.image\.ya?ml|^virtual:image-service$/i },
      async handler(source, importer, resolveOptions) {
        if (source === SERVICE) {
          const found = await this.resolve(source, importer, { ...resolveOptions, skipSelf: true });
          return found && `${DRESSED}?${encodeURIComponent(found.id)}`;
        }
        const alias = readAlias(source);
        const known = alias ?? parseId(source);
        if (known === null) return null;
        // Rolled out already, as dev servers ask for it again.
        if (alias === null && readImageId(source) !== null) return source;
        const { path, query } = splitId(alias?.path ?? source);
        const found = await this.resolve(path, importer, { ...resolveOptions, skipSelf: true });
        if (!found || found.external) return found;
        const target = splitId(found.id).path;
        const request = alias ?? readPlain(source, importer ?? '');
        if (request === null) return { ...found, id: markId(target, query) };
        return { ...found, id: writeImageId({ ...request, path: target }) };
      },
    },

    load: {
      order: 'pre',
      filter: { id: /\.image\.ya?ml\?.*astro=|image-prompt:image-service/i },
      async handler(id) {
        if (id.startsWith(DRESSED)) {
          const inner = decodeURIComponent(id.slice(DRESSED.length + 1));
          return `import service from ${JSON.stringify(inner)};
import { dressService } from ${JSON.stringify(DRESSER)};
export default dressService(service);
`;
        }
        const request = readImageId(id);
        if (request === null) return null;
        const client = this.environment.config.consumer === 'client';
        try {
          const { built, code } = await writeImageModule(session, request, {
            client,
            paints: options.paints,
          });
          for (const warning of built.warnings) this.warn(toWarning(warning, request.path));
          for (const text of session.takeWarnings()) this.warn(text);
          if (built.art.length > 0) {
            options.warn(
              `${built.file} has \`sources\`, and an image of Astro is one for all screens. Import the spec with \`?picture\`, and show it by \`Picture\` of unplugin-image-prompt/astro/components.`,
            );
          }
          return { code, map: { mappings: '' } };
        } catch (error) {
          throw toBundlerError(error, request.path, session.root);
        } finally {
          const follower = session.command === 'serve' ? options.follower() : null;
          const files = follower?.follow(request.path) ?? session.dependenciesOf(request.path);
          for (const file of files) this.addWatchFile(file);
          // A broken configuration is told above.
          await follower?.followStore().catch(() => {});
        }
      },
    },
  };
}

/** Their templates become imports that expect a picture, and Astro's components are of no use in them. */
const ISLAND = /\.(?:vue|svelte)(?:\?|$)/;

/** A plain import; null for one that asks for a picture, a URL, or something that is refused. */
function readPlain(source: string, importer: string): ImageRequest | null {
  if (ISLAND.test(importer)) return null;
  const { path, query } = splitId(source);
  const { kind, overrides } = parseId(source)!;
  if (kind !== 'picture' || new URLSearchParams(query.slice(1)).has('picture')) return null;
  return { path, face: 'image', overrides };
}
