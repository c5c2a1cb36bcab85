import { formatReport } from '../../engine/describe.ts';
import type { Command } from '../commands.ts';
import { stopOnInterrupt } from '../interrupt.ts';
import { reportToJson } from '../output.ts';
import { createProgress } from '../progress.ts';

export const resume: Command = {
  usage: '[SPEC…]',
  about:
    'Finishes what earlier runs had submitted and not collected: waits, downloads, stores. Sends no new request.',
  options: {},
  async run({ words, json, terminal, cwd, open }) {
    const engine = await open();
    const files = words.length > 0 ? await engine.select(words, cwd) : null;
    const progress = createProgress(terminal);
    const interrupt = stopOnInterrupt(terminal);
    try {
      const report = await engine.resume(files, {
        signal: interrupt.signal,
        onEvent: progress.onEvent,
      });
      progress.end();
      if (json) terminal.out(reportToJson(report));
      else terminal.out(formatReport(report, terminal.style));
      return report.failed.length > 0 ? 1 : 0;
    } finally {
      progress.end();
      interrupt.end();
    }
  },
};
