import type { Command } from '../commands.ts';
import { exitCodeOf, formatPlan, printDiagnostics, toJson } from '../output.ts';

export const plan: Command = {
  usage: '[SPEC…]',
  about:
    'Shows what a generate would do, with the price of each picture and of all. Nothing is sent.',
  options: {},
  async run({ words, json, terminal, cwd, open }) {
    const engine = await open();
    const made = await engine.plan(await engine.select(words, cwd));
    if (json) terminal.out(toJson(made));
    else {
      printDiagnostics(made.diagnostics, terminal);
      terminal.out(formatPlan(made, terminal));
    }
    return exitCodeOf(made);
  },
};
