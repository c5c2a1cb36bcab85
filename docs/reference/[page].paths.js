import { pathOf } from '../.vitepress/site/read-file.js';
import { writeReadmePages } from '../.vitepress/site/readme-pages.js';
import { writeCommands } from '../.vitepress/site/write-commands.js';
import { writeOptions } from '../.vitepress/site/write-options.js';
import { writeSpec } from '../.vitepress/site/write-spec.js';

export default {
  watch: ['README.md', 'spec.schema.json', 'src/options.ts', 'src/provider/fal.ts'].map(pathOf),
  async paths() {
    return [
      ...writeReadmePages('reference'),
      { params: { page: 'spec' }, content: writeSpec() },
      { params: { page: 'options' }, content: writeOptions() },
      { params: { page: 'commands' }, content: await writeCommands() },
    ];
  },
};
