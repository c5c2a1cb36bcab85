import { amount, formatBytes, formatTable, formatUsd, printable } from '../../report.ts';
import type { Command } from '../commands.ts';
import { toJson } from '../output.ts';

export const list: Command = {
  usage: '[SPEC…]',
  about:
    'Shows the originals of the store: spec, size, digest, cost, date and request. With paths, only those that these specs use.',
  options: {},
  async run({ words, json, terminal, cwd, open }) {
    const engine = await open();
    const originals = await engine.list(words.length > 0 ? await engine.select(words, cwd) : null);
    if (json) terminal.out(toJson({ originals }));
    else {
      const rows = originals.map((one) => [
        one.digest.slice(0, 12),
        `${one.width}×${one.height}`,
        formatBytes(one.bytes),
        formatUsd(one.usd),
        one.createdAt.slice(0, 16).replace('T', ' '),
        one.requestId ?? '-',
        printable((one.names ?? one.specs).join(', ') || '(no spec)'),
      ]);
      for (const line of formatTable(rows)) terminal.out(line);
      terminal.err(amount(originals.length, 'original'));
    }
    return 0;
  },
};
