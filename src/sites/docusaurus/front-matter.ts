import { copyData, findSlots } from '../find-slots.ts';
import { toSiteUrl } from './config-slots.ts';
import type { SiteWork } from './site-work.ts';
import type { ParseFrontMatter } from './types.ts';

/** The front matter of a site. */
export interface FrontMatter {
  parse: ParseFrontMatter;
  /** Files that the front matter of a page depends on, as it was last read. */
  follow(page: string): readonly string[];
}

/**
 * Creates what reads the front matter of pages, and gives a URL to whatever names a spec there.
 * @param user what the configuration says, if anything
 * @param find the work of the site and its base; null before there is one
 */
export function createFrontMatter(
  user: ParseFrontMatter | undefined,
  find: () => { work: SiteWork; base: string } | null,
  warn: (message: string) => void,
): FrontMatter {
  const followed = new Map<string, readonly string[]>();
  return {
    follow: (page) => followed.get(page) ?? [],

    async parse(page) {
      const parsed = await (user ?? page.defaultParseFrontMatter)(page);
      const known = find();
      followed.delete(page.filePath);
      if (known === null || findSlots(parsed.frontMatter).length === 0) return parsed;
      const { work, base } = known;
      // Parsers keep what they have parsed, and would show the URLs of today for ever.
      const frontMatter = copyData(parsed.frontMatter);
      const files = new Set<string>();
      for (const { holder, key, reference } of findSlots(frontMatter)) {
        const spec = work.locate(reference, page.filePath);
        try {
          const { src } = await work.resolve(reference, page.filePath);
          holder[key] = toSiteUrl(src, base);
        } catch (error) {
          if (work.session.command !== 'serve') throw error;
          // A dev server is there to mend it; what stays would be taken for a file, and the spec be published.
          warn(error instanceof Error ? error.message : String(error));
          delete holder[key];
        } finally {
          for (const file of work.dependenciesOf(spec)) files.add(file);
          const state = await work.states.note(spec);
          if (state !== null) files.add(state);
          followed.set(page.filePath, [...files]);
        }
      }
      return { ...parsed, frontMatter };
    },
  };
}
