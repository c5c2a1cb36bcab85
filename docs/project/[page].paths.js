import { pathOf, readRepository } from '../.vitepress/site/read-file.js';
import { fromRoot } from '../.vitepress/site/readme-pages.js';

export default {
  watch: [pathOf('CHANGELOG.md'), pathOf('CONTRIBUTING.md')],
  paths: () => [
    { params: { page: 'changes' }, content: fromRoot(readRepository('CHANGELOG.md')) },
    { params: { page: 'contributing' }, content: fromRoot(readRepository('CONTRIBUTING.md')) },
  ],
};
