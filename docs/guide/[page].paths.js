import { pathOf } from '../.vitepress/site/read-file.js';
import { writeReadmePages } from '../.vitepress/site/readme-pages.js';

export default { watch: [pathOf('README.md')], paths: () => writeReadmePages('guide') };
