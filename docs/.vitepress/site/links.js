import { posix } from 'node:path';
import { pageOf } from './readme-pages.js';

/** Files above `docs/` that have a page of their own. */
const PAGES = { 'CHANGELOG.md': 'project/changes', 'CONTRIBUTING.md': 'project/contributing' };

/**
 * Lets links that hold in the repository hold in the site: to sections of the README, which are pages here, and to
 * files beside it. A plugin for markdown-it.
 */
export function rewriteLinks(md) {
  md.core.ruler.push('repository-links', ({ tokens, env }) => {
    for (const token of tokens) {
      for (const child of token.children ?? []) {
        if (child.type !== 'link_open') continue;
        const href = child.attrGet('href');
        if (href) child.attrSet('href', findPage(href, env.relativePath ?? ''));
      }
    }
  });
}

/** @param {string} href @param {string} from path of the page, relative to `docs/` */
function findPage(href, from) {
  if (/^(?:[a-z]+:|\/|#)/i.test(href)) return href;
  const [path = '', anchor = ''] = href.split('#');
  const target = posix.join('docs', posix.dirname(from), path);
  if (target === 'docs/decisions') return '/decisions/';
  if (target.startsWith('docs/')) return href;
  const page = target === 'README.md' ? (pageOf(anchor) ?? 'guide/start') : PAGES[target];
  if (page === undefined) throw new Error(`${from} links to ${href}, which has no page.`);
  return `/${page}${anchor === '' ? '' : `#${anchor}`}`;
}
