import { existsSync } from 'node:fs';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import sharp from 'sharp';
import { expect } from 'vitest';
import type { Project } from './bundlers.ts';
import { CANARY } from './bundlers-fixture.ts';

type Node = DefaultTreeAdapterTypes.Node;

/** An element of a built page. */
export interface Tag {
  name: string;
  attributes: Record<string, string>;
  parent: string;
}

/** All elements of a page in their order, templates included. */
export function tagsOf(html: string): Tag[] {
  const tags: Tag[] = [];
  const walk = (node: Node, parent: string): void => {
    if ('tagName' in node) {
      const attributes = node.attrs.map(({ prefix, name, value }): [string, string] => [
        prefix ? `${prefix}:${name}` : name,
        value,
      ]);
      tags.push({ name: node.tagName, attributes: Object.fromEntries(attributes), parent });
    }
    const inner = 'content' in node ? node.content : node;
    if (!('childNodes' in inner)) return;
    for (const child of inner.childNodes) walk(child, 'tagName' in node ? node.tagName : parent);
  };
  walk(parse(html, { scriptingEnabled: false }), '');
  return tags;
}

/** URLs in the `url()`s and strings of `image-set()` of a style sheet. */
export function cssUrls(css: string): string[] {
  return [
    ...css.matchAll(/url\(\s*["']?([^"')]+)["']?\s*\)|["']([^"']+\.(?:jpg|png|webp|avif))["']/g),
  ].map(([, url, text]) => url ?? text!);
}

/** URLs of pictures that a page names, styles included. */
export function pageUrls(html: string): string[] {
  const single = ['src', 'href', 'poster', 'content', 'xlink:href'];
  const urls = tagsOf(html).flatMap(({ name, attributes }) =>
    name === 'script'
      ? []
      : Object.entries(attributes).flatMap(([attribute, value]) => {
          if (/srcset$/.test(attribute))
            return value.split(', ').map((part) => part.split(' ')[0]!);
          if (attribute === 'style') return cssUrls(value);
          return single.includes(attribute) && /\.(?:jpg|png|webp|avif)\b/.test(value)
            ? [value]
            : [];
        }),
  );
  const styles = [...html.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g)].flatMap(([, css]) =>
    cssUrls(css!),
  );
  return [...urls, ...styles].filter((url) => !url.startsWith('data:image/webp'));
}

/** Follows every URL from a file of the output as a browser does, and decodes what is there. */
export async function expectPictures(
  project: Project,
  urls: readonly string[],
  { from, base }: { from: string; base: string },
): Promise<string[]> {
  const names: string[] = [];
  for (const url of new Set(urls)) {
    const { href, search } = new URL(url, new URL(from, base));
    expect(search, url).toBe('');
    expect(href.startsWith(base), `${href} lies below ${base}`).toBe(true);
    const name = decodeURIComponent(href.slice(base.length));
    expect(existsSync(project.path('dist', name)), `${url} is a file of dist`).toBe(true);
    const { format } = await sharp(project.path('dist', name)).metadata();
    await sharp(project.path('dist', name)).raw().toBuffer();
    expect({ avif: 'heif', webp: 'webp', jpg: 'jpeg', png: 'png' }[name.split('.').at(-1)!]).toBe(
      format,
    );
    names.push(name);
  }
  return names;
}

/** Nothing of a spec may be in the output, nor a trace of the cache in what browsers get. */
export function expectNoSpec(project: Project): void {
  for (const name of project.files('dist')) {
    expect(name).not.toMatch(/\.ya?ml$/);
    const text = project.read(`dist/${name}`);
    expect(text, name).not.toContain(CANARY);
    if (/\.(?:html|css|js)$/.test(name)) {
      expect(text, name).not.toMatch(/data:(?:text|application)|\.cache|no-inline/);
    }
  }
}
