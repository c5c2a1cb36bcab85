import { withImagePrompt } from 'unplugin-image-prompt/vitepress';
import { defineConfig } from 'vitepress';
import { keepBraces } from './site/keep-braces.js';
import { rewriteLinks } from './site/links.js';
import { listDecisions } from './site/list-decisions.js';

const section = (text, items) => ({
  text,
  items: items.map(([title, link]) => ({ text: title, link })),
});

const guide = section('Guide', [
  ['Start', '/guide/start'],
  ['Who may spend, and what it costs', '/guide/spending'],
  ['Bundlers', '/bundlers'],
  ['HTML and CSS', '/guide/html-and-css'],
  ['Sites', '/sites'],
  ['The store in git', '/git'],
  ['CI', '/ci'],
  ['Editors', '/editors'],
  ['Troubleshooting', '/troubleshooting'],
  ['Migration', '/migration'],
]);
const authoring = section('Authoring', [
  ['A look for all pictures', '/looks'],
  ['Candidates', '/candidates'],
  ['Editing', '/editing'],
  ['Art direction', '/art-direction'],
  ['Sets', '/sets'],
]);
const reference = section('Reference', [
  ['The spec', '/reference/spec'],
  ['What an import gives', '/reference/import'],
  ['Options', '/reference/options'],
  ['Command line', '/reference/commands'],
]);
const project = section('Project', [
  ['Safety', '/safety'],
  ['Performance', '/performance'],
  ['Decisions', '/decisions/'],
  ['Changes', '/project/changes'],
  ['Contributing', '/project/contributing'],
]);

/** Where the pages are published; link previews need it. */
const published = new URL(process.env.DOCS_URL ?? 'http://localhost:4173/');

// The documentation has its pictures from the product. `npm run docs` builds it.
export default withImagePrompt(
  defineConfig({
    title: 'unplugin-image-prompt',
    description: 'Pictures as code: a prompt in YAML becomes a responsive picture, paid for once.',
    lang: 'en',
    base: published.pathname,
    head: [['link', { rel: 'icon', href: '/pictures/mark.image.yaml' }]],
    markdown: { config: (md) => md.use(rewriteLinks).use(keepBraces) },
    themeConfig: {
      logo: '/pictures/mark.image.yaml',
      nav: [
        { text: 'Guide', link: '/guide/start' },
        { text: 'Sites', link: '/sites' },
        { text: 'Reference', link: '/reference/spec' },
        { text: 'Troubleshooting', link: '/troubleshooting' },
      ],
      sidebar: [guide, authoring, reference, { ...project, collapsed: true }, listDecisions()],
      outline: [2, 3],
      search: { provider: 'local' },
    },
  }),
  { site: published.origin },
);
