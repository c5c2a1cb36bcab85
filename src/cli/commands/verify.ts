import { printable } from '../../report.ts';
import type { Command } from '../commands.ts';
import { toJson } from '../output.ts';

export const verify: Command = {
  usage: '',
  about:
    'Re-reads every original and record of the store and compares them with their digests. Exit code 1 when one is missing or damaged.',
  options: {
    repair: {
      type: 'boolean',
      about: 'bring back what the safe copies or a finished request still have',
    },
  },
  async run({ values, json, terminal, open }) {
    const engine = await open();
    const report = await engine.verify(values['repair'] === true);
    if (json) terminal.out(toJson(report));
    else {
      for (const { code, message, specs, names = specs } of report.problems) {
        const users = names.length > 0 ? ` (${names.join(', ')})` : '';
        terminal.out(`${terminal.style('red', code)} ${printable(message)}${printable(users)}`);
      }
      terminal.out(`${report.checked} originals checked, ${report.problems.length} problems`);
      if (report.problems.length > 0 && values['repair'] !== true) {
        terminal.err('`npx image-prompt verify --repair` brings back what can be brought back.');
      }
    }
    return report.problems.length > 0 ? 1 : 0;
  },
};
