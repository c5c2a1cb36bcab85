import { readdirSync } from 'node:fs';
import { pathOf, readRepository } from './read-file.js';

/** Every decision for the sidebar, by its heading. */
export function listDecisions() {
  const names = readdirSync(pathOf('docs/decisions')).filter((name) => /^\d.*\.md$/.test(name));
  const items = names.sort().map((name) => {
    const [, title = name] = /^# (.+)$/m.exec(readRepository(`docs/decisions/${name}`)) ?? [];
    return { text: title.replaceAll('`', ''), link: `/decisions/${name.replace(/\.md$/, '')}` };
  });
  return { text: 'Decisions', collapsed: true, items };
}
