import { formatBytes, formatTable, printable } from '../../report.ts';
import type { Command } from '../commands.ts';
import { toJson } from '../output.ts';

export const gc: Command = {
  usage: '',
  about:
    'Lists the originals that no spec uses. Deletes nothing unless told to, and never what an unfinished request is about.',
  options: {
    delete: { type: 'boolean', about: 'move them to the trash of the store' },
  },
  async run({ values, json, terminal, open }) {
    const engine = await open();
    const report = await engine.collectGarbage(values['delete'] === true);
    if (json) {
      terminal.out(toJson(report));
      return 0;
    }
    const rows = report.orphans.map((one) => [
      one.digest.slice(0, 12),
      formatBytes(one.bytes),
      printable(one.file),
    ]);
    for (const line of formatTable(rows)) terminal.out(line);
    const bytes = report.orphans.reduce((sum, one) => sum + one.bytes, 0);
    terminal.out(
      `${rows.length} originals that no spec uses, ${formatBytes(bytes)}; ${report.deleted} deleted`,
    );
    if (rows.length > report.deleted) {
      terminal.err(
        'They were paid for and cannot be made again. `--delete` moves them to the trash.',
      );
    }
    return 0;
  },
};
