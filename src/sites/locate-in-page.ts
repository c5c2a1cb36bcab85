import { existsSync } from 'node:fs';
import type { SpecRequest } from '../plugin/ids.ts';
import { locateReference } from '../plugin/references.ts';
import { findWritten } from './find-written.ts';

/** A page that names specs. */
export interface ReferringPage {
  html: string;
  /** Absolute path of its source. */
  source: string;
  /** Absolute path of the folder that `/` stands for. */
  root: string;
  /** Where the site is published below its host. */
  publicBase: string;
  /** What other plugins and templates put before references that begin with `/`. @default publicBase */
  prefix?: string;
  /** The page before other plugins did so; left out where nobody knows it. */
  written?: string;
}

/** What a reference means, and how its author wrote it. */
export interface Located {
  own: string;
  request: SpecRequest;
}

/**
 * Says what the references of a page mean; other plugins may have put the base before them already.
 * @param refuse called for one that may mean two files; throws
 * @returns what takes a reference and where its attribute begins
 */
export function locateInPage(
  page: ReferringPage,
  refuse: (reference: string, files: readonly [string, string]) => never,
): (reference: string, offset: number) => Located {
  const { html, source, root, prefix = page.publicBase, written } = page;
  const from = { file: source, root };
  const find = written === undefined ? () => null : findWritten(html, written, prefix);
  return (reference, offset) => {
    const path = reference.trim();
    const said = find(path, offset);
    const own = said?.path ?? path;
    const given = locateReference(own, from);
    if (!path.startsWith(prefix)) return { own, request: given };
    const whole = locateReference(path, from);
    const below = locateReference(`/${path.slice(prefix.length)}`, from);
    const isOpen = written !== undefined && said?.isCertain !== true && whole.file !== below.file;
    // Where several that may be meant were written, one that is gone must not be taken from elsewhere.
    const mayBoth = said?.path === null || (existsSync(whole.file) && existsSync(below.file));
    if (isOpen && mayBoth) refuse(path, [whole.file, below.file]);
    // A template may have put it there, as Eleventy's filter `url` does.
    const isGiven = own !== path || existsSync(given.file);
    return { own, request: isGiven ? given : below };
  };
}
