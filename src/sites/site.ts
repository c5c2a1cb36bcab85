import type { BuiltPicture } from '../engine/build-picture.ts';
import { createPicture } from '../picture/picture.ts';
import { devPicturesOf, type Middleware } from '../plugin/dev.ts';
import type { PagePicture } from '../plugin/html/rewrite-elements.ts';
import type { SpecRequest } from '../plugin/ids.ts';
import { assertRequest, srcOf } from '../plugin/load-module.ts';
import type { Session } from '../plugin/session.ts';
import type { Variant, VariantSpec } from '../variant/types.ts';
import { fileNameOf, IMAGES_FOLDER, normaliseBase } from './folder.ts';

/** A file that a site has to publish. */
export interface SiteFile {
  /** Relative to the output folder, with `/`. */
  name: string;
  /** Makes sure that the bytes are there and right, and says where. */
  locate(): Promise<string>;
}

/** How a picture is resolved. */
export interface ResolveOptions {
  /** Base of the site, a path or an absolute URL. */
  base: string;
  /** Whether it is fetched first, whatever its spec says; null leaves it. */
  priority?: boolean | null;
}

/** A picture as a page of a site shows it. */
export interface SitePicture extends PagePicture {
  /** What the page needs to be published with it; none in a dev server. */
  files: readonly SiteFile[];
  /** Warnings of the spec. */
  warnings: BuiltPicture['warnings'];
}

/** The pictures of a site outside of modules: front matter, templates, configuration. */
export interface Site {
  readonly session: Session;
  /**
   * The picture of a spec with URLs that depend on its bytes alone. In a build it is encoded, and its files
   * are to be published; a dev server encodes what a browser asks for.
   * @throws ImagePromptError what a bundler's build of it would throw
   */
  resolve(request: SpecRequest, options: ResolveOptions): Promise<SitePicture>;
  /** What was resolved in a build, to be published. */
  files(): readonly SiteFile[];
  /** Serves the pictures of a dev server. */
  middleware: Middleware;
}

/** Creates a site over a session that was started. */
export function createSite(session: Session): Site {
  const dev = devPicturesOf(session);
  const files = new Map<string, SiteFile>();

  const publish = (built: BuiltPicture, variant: Variant): SiteFile => {
    const name = `${IMAGES_FOLDER}${fileNameOf(built, variant)}`;
    // The cache may be emptied meanwhile; what is still there is found again.
    const file = { name, locate: async () => (await built.renderOne(variant)).path };
    files.set(name, file);
    return file;
  };

  return {
    session,
    files: () => [...files.values()],
    middleware: dev.middleware,

    async resolve(request, { base: given, priority = null }) {
      assertRequest(request);
      const base = normaliseBase(given);
      const encode = session.command !== 'serve';
      const built = await session.build(request, { encode, single: true });
      const { alt, plan, analysis, art } = built;
      const output = { ...built.output, priority: priority ?? built.output.priority };
      const put = <V extends VariantSpec>(
        variants: readonly V[],
        url: (variant: V) => string,
      ): PagePicture => {
        const picture = createPicture({ alt, plan, variants, analysis, output, art, url });
        const { width, height } = srcOf(plan, variants);
        return { picture, srcSize: { width, height } };
      };
      if (encode) {
        const published: SiteFile[] = [];
        const page = put(built.variants, (one) => {
          const file = publish(built, one);
          published.push(file);
          return `${base}${file.name}`;
        });
        return { ...page, files: published, warnings: built.warnings };
      }
      const urlOf = await dev.urlOf(request, built, base);
      const page = put(plan.variants, (one) => {
        const url = urlOf(one);
        return 'literal' in url ? url.literal : '';
      });
      return { ...page, files: [], warnings: built.warnings };
    },
  };
}
