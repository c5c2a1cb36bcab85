import { extname, join, resolve } from 'node:path';
import { ImagePromptError } from '../../errors.ts';
import { printable } from '../../report.ts';
import type { Command } from '../commands.ts';
import { exitCodeOf, printDiagnostics, toJson } from '../output.ts';

/** In the root: what is published lies elsewhere. */
const DEFAULT_FILE = 'image-prompt-sheet.html';

export const sheet: Command = {
  usage: '[SPEC…]',
  about:
    'Shows every candidate of the specs on one contact sheet, with number, digest, date, price and size, and which one is picked. Sends nothing.',
  options: {
    out: {
      type: 'string',
      value: 'FILE',
      about: `the file, ending in .html or .png (default: ${DEFAULT_FILE} in the root)`,
    },
  },
  async run({ words, values, json, terminal, cwd, open }) {
    const { out } = values;
    const format = typeof out === 'string' ? readFormat(out) : 'html';
    const engine = await open();
    const target =
      typeof out === 'string' ? resolve(cwd, out) : join(engine.options.root, DEFAULT_FILE);
    const files = words.length > 0 ? await engine.select(words, cwd) : null;
    const report = await engine.writeSheet(files, { target, format }).finally(engine.close);
    const { file, specs, summary, plan, problems } = report;
    printDiagnostics(plan.diagnostics, terminal);
    for (const { code, message, hint } of problems) {
      terminal.err(`${terminal.style('red', code)} ${printable(message)}`);
      terminal.err(`  ${printable(hint)}`);
    }
    for (const warning of engine.warnings()) terminal.err(printable(warning));
    if (json) terminal.out(toJson({ file, specs }));
    else terminal.out(`${printable(file)} is written: ${summary}.`);
    return problems.length > 0 ? 1 : exitCodeOf(plan);
  },
};

/** @throws ImagePromptError CONFIG_INVALID */
function readFormat(out: string): 'html' | 'png' {
  const extension = extname(out).toLowerCase();
  if (extension === '.html') return 'html';
  if (extension === '.png') return 'png';
  throw new ImagePromptError(
    'CONFIG_INVALID',
    `Expected a file that ends in .html or .png for --out, received "${printable(out)}".`,
  );
}
