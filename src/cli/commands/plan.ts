import type { Command } from '../commands.ts';
import { exitCodeOf, printPlan } from '../output.ts';

export const plan: Command = {
  usage: '[SPEC…]',
  about:
    'Shows what a generate would do, with the price of each picture and of all. Nothing is sent.',
  options: {},
  async run({ words, json, terminal, cwd, open }) {
    const engine = await open();
    const made = await engine.plan(words.length > 0 ? await engine.select(words, cwd) : null);
    printPlan(made, json, terminal);
    return exitCodeOf(made);
  },
};
