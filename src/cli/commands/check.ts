import { amount, formatDiagnostic } from '../../report.ts';
import type { Command } from '../commands.ts';
import { hasErrors, toJson } from '../output.ts';

export const check: Command = {
  usage: '[SPEC…]',
  about:
    'Validates specs and prints every diagnostic. Needs no network and does not mind missing pictures.',
  options: {},
  async run({ words, json, terminal, cwd, open }) {
    const engine = await open();
    const files = await engine.select(words, cwd);
    const diagnostics = await engine.check(files);
    if (json) terminal.out(toJson({ diagnostics }));
    else {
      for (const diagnostic of diagnostics) terminal.out(`${formatDiagnostic(diagnostic)}\n`);
      const errors = diagnostics.filter((one) => one.severity === 'error').length;
      terminal.out(
        [
          amount(files.length, 'spec'),
          amount(errors, 'error'),
          amount(diagnostics.length - errors, 'warning'),
        ].join(', '),
      );
    }
    return hasErrors(diagnostics) ? 1 : 0;
  },
};
