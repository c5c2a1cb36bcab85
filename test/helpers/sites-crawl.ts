import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parse } from 'parse5';
import sharp from 'sharp';
import { readPage } from '../../src/plugin/html/read-page.ts';
import type { Project } from './project.ts';

/** What the pages of a built site show. */
export interface CrawledSite {
  /** By path of the page. */
  pages: ReadonlyMap<string, readonly CrawledTag[]>;
  /** Every file that is named, with its width in pixels. */
  files: ReadonlyMap<string, number>;
}

/** A tag with its decoded attributes. */
export interface CrawledTag {
  name: string;
  attributes: Readonly<Record<string, string>>;
  parent: string;
}

const IMAGE = /\.(?:avif|webp|png|jpe?g)$/i;

/**
 * Reads every page of a built site and every image that one names.
 * @param origin of `og:image` and the like
 * @throws when a file is not there, does not decode, has another width than its `srcset` says, lies outside of the base,
 * or when a page names a spec
 */
export async function crawlSite(
  site: Project,
  folder: string,
  { base = '/', origin = 'https://example.org' } = {},
): Promise<CrawledSite> {
  const pages = new Map<string, CrawledTag[]>();
  const files = new Map<string, number>();
  const names = site.list(folder);
  const spec = names.find((name) => /\.image[^/]*\.ya?ml/.test(name));
  if (spec) throw new Error(`${folder}/${spec} is a spec.`);
  for (const page of names.filter((name) => name.endsWith('.html'))) {
    const html = site.readText(join(folder, page));
    const { elements } = await readPage(html);
    const tags = elements.map(({ tag: name, attributes, parent }) => ({
      name,
      attributes: Object.fromEntries(attributes),
      parent,
    }));
    pages.set(page, tags);
    for (const { url, width, where } of tags.flatMap(urlsOf)) {
      if (/\.image\.ya?ml/.test(url)) throw new Error(`${page} names ${url} in ${where}.`);
      if (url.startsWith('data:')) continue;
      const path = pathOf(url, { page, base, origin });
      if (!IMAGE.test(path)) continue;
      const file = join(site.root, folder, path);
      if (!existsSync(file)) throw new Error(`${page} names ${url}, and ${path} is not there.`);
      // Decoded in full, not only its header.
      const { info } = await sharp(readFileSync(file)).raw().toBuffer({ resolveWithObject: true });
      if (width !== null && info.width !== width) {
        throw new Error(`${path} is ${info.width} pixels wide, and ${page} says ${width}.`);
      }
      files.set(path, info.width);
    }
  }
  return { pages, files };
}

/** Tags of a name on one page. */
export function tagsNamed(site: CrawledSite, page: string, name: string): CrawledTag[] {
  const tags = site.pages.get(page);
  if (!tags) throw new Error(`There is no page ${page}, only ${[...site.pages.keys()].join()}.`);
  return tags.filter((tag) => tag.name === name);
}

/** Text of a page, without tags. */
export function textOfPage(html: string): string {
  const texts: string[] = [];
  const walk = (node: object): void => {
    if ('value' in node && 'nodeName' in node && node.nodeName === '#text')
      texts.push(String(node.value));
    if ('childNodes' in node) for (const child of node.childNodes as object[]) walk(child);
  };
  walk(parse(html));
  return texts.join('');
}

interface NamedUrl {
  url: string;
  width: number | null;
  where: string;
}

function urlsOf({ name, attributes }: CrawledTag): NamedUrl[] {
  const plain = (attribute: string): NamedUrl[] => {
    const url = attributes[attribute];
    return url === undefined ? [] : [{ url, width: null, where: `<${name} ${attribute}>` }];
  };
  const set = (attribute: string): NamedUrl[] =>
    (attributes[attribute] ?? '')
      .split(/,\s+/)
      .filter((one) => one.trim() !== '')
      .map((one) => {
        const [url = '', descriptor = ''] = one.trim().split(/\s+/);
        const width = descriptor.endsWith('w') ? Number(descriptor.slice(0, -1)) : null;
        return { url, width, where: `<${name} ${attribute}>` };
      });
  if (name === 'img' || name === 'source') return [...plain('src'), ...set('srcset')];
  // Other links, such as that to a map of the site, are the site's own.
  const href = attributes['href'] ?? '';
  const isImage = IMAGE.test(href.replace(/[?#].*$/, '')) || /\.image\.ya?ml/.test(href);
  if (name === 'link') return [...(isImage ? plain('href') : []), ...set('imagesrcset')];
  if (name === 'meta' && /image/.test(attributes['property'] ?? attributes['name'] ?? '')) {
    return IMAGE.test(attributes['content'] ?? '') ? plain('content') : [];
  }
  return [];
}

function pathOf(
  url: string,
  { page, base, origin }: { page: string; base: string; origin: string },
): string {
  const own = url.startsWith(`${origin}/`) ? url.slice(origin.length) : url;
  if (/^[a-z]+:|^\/\//i.test(own)) throw new Error(`${page} names ${url}, on another host.`);
  if (!own.startsWith('/')) return posix.join(posix.dirname(page), own);
  if (!own.startsWith(base)) throw new Error(`${page} names ${url}, which is not below ${base}.`);
  return decodeURI(own.slice(base.length)).replace(/[?#].*$/, '');
}
