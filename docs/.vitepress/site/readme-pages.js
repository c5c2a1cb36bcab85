import { readRepository } from './read-file.js';

/**
 * Which sections of the README make which page: it is the one place where they are written, and people who
 * come by way of npm or a repository read it whole.
 * @type {Readonly<Record<string, { title: string, sections: readonly string[], picture?: string }>>}
 */
export const README_PAGES = {
  'guide/start': {
    title: 'Start',
    sections: ['See it', 'Five minutes to your first picture', 'In development'],
    picture: 'lighthouse',
  },
  'guide/spending': {
    title: 'Who may spend, and what it costs',
    sections: ['Who may spend', 'Prices', 'Security', 'By hand, or with this'],
  },
  'guide/html-and-css': { title: 'HTML and CSS', sections: ['In HTML and CSS'] },
  'reference/import': { title: 'What an import gives', sections: ['What an import gives'] },
};

/** Writes the pages of one folder. @param {string} folder */
export function writeReadmePages(folder) {
  return Object.entries(README_PAGES).flatMap(([path, page]) => {
    const [home, name] = path.split('/');
    return home === folder ? [{ params: { page: name }, content: writePage(page) }] : [];
  });
}

/** Path of the page that has a heading of the README, such as `in-html-and-css`. @param {string} anchor */
export function pageOf(anchor) {
  for (const [path, { sections }] of Object.entries(README_PAGES)) {
    if (findSections(sections).some((text) => headingsOf(text).has(anchor))) return path;
  }
  return null;
}

function writePage({ title, sections, picture }) {
  const found = findSections(sections);
  const [only = ''] = found;
  // A page of one section has its heading already, and the anchor that others link to.
  const [heading, body] =
    found.length === 1
      ? [`${title} {#${slugOf(sections[0])}}`, only.replace(/^## .+\n/, '')]
      : [title, found.join('\n')];
  const shown = picture === undefined ? '' : `<Shown name="${picture}" />\n\n`;
  return `# ${heading}\n\n${shown}${fromRoot(body)}`;
}

function findSections(titles) {
  const sections = readRepository('README.md').split(/^(?=## )/m);
  return titles.map((title) => {
    const found = sections.find((text) => text.startsWith(`## ${title}\n`));
    if (found === undefined) throw new Error(`The README has no section "${title}".`);
    return found;
  });
}

function headingsOf(text) {
  return new Set([...text.matchAll(/^#{2,3} (.+)$/gm)].map(([, title]) => slugOf(title)));
}

/** As GitHub makes an anchor of a heading. */
function slugOf(title) {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

/** Links of a file of the repository's root, as a page one folder below `docs/` writes them. */
export function fromRoot(text) {
  return text.replace(/\]\((?!https?:|#|\.\/)([\w./#-]+)\)/g, (whole, target) => {
    if (target.startsWith('docs/')) return `](../${target.slice('docs/'.length)})`;
    return /\.(?:md|MD)/.test(target) ? `](../../${target})` : whole;
  });
}
