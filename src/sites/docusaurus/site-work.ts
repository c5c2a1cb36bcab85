import { join } from 'node:path';
import type { Picture } from '../../picture/types.ts';
import { toBundlerError, toWarning } from '../../plugin/bundler-error.ts';
import { createPictureStates, type PictureStates } from '../../plugin/picture-states.ts';
import { locateReference } from '../../plugin/references.ts';
import type { Session } from '../../plugin/session.ts';
import type { Site, SiteFile } from '../site.ts';
import { pinSession } from './pin-session.ts';

/** What front matter, configuration and bundlers of one site share. */
export interface SiteWork {
  site: Site;
  /** Folder of the site: what `/` and `@site/` stand for. */
  siteDir: string;
  /** As bundlers get it. */
  session: Session;
  /** Of the pictures in front matter. */
  states: PictureStates;
  /** Files to be published that are named outside of modules. */
  needed: ReadonlyMap<string, SiteFile>;
  /**
   * The picture of a reference, its `src` below the base of the site.
   * @param file absolute path of the file that has it
   * @throws what is wrong with the picture, dressed like the error of a bundler
   */
  resolve(reference: string, file: string): Promise<Picture>;
  /** The spec that a reference means, as an absolute path. */
  locate(reference: string, file: string): string;
  /** Files that a picture depends on, those that are missing included. */
  dependenciesOf(spec: string): readonly string[];
}

/** Creates the work of a site. @param warn told once of each warning */
export function createSiteWork(
  site: Site,
  siteDir: string,
  warn: (message: string) => void,
): SiteWork {
  const { session } = site;
  const needed = new Map<string, SiteFile>();
  const requestOf = (reference: string, file: string) =>
    locateReference(reference.trim().replace(/^@site\//, '/'), { file, root: siteDir });
  return {
    site,
    siteDir,
    session: pinSession(session),
    // A dev server and a build have caches of their own, and must not take turns at these.
    states: createPictureStates(session, join('docusaurus', session.command)),
    needed,
    async resolve(reference, file) {
      const request = requestOf(reference, file);
      try {
        const built = await site.resolve(request, { base: '/' });
        for (const one of built.warnings) warn(toWarning(one, request.file).message);
        // Of the files of a picture one is named.
        const src = built.files.find(({ name }) => built.picture.src === `/${name}`);
        if (src) needed.set(src.name, src);
        return built.picture;
      } catch (error) {
        throw toBundlerError(error, request.file, session.root);
      }
    },
    locate: (reference, file) => requestOf(reference, file).file,
    dependenciesOf: (spec) => [...session.dependenciesOf(spec), ...session.missingOf(spec)],
  };
}
