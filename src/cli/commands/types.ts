import { join, resolve } from 'node:path';
import { ImagePromptError } from '../../errors.ts';
import { amount, printable } from '../../report.ts';
import type { Command } from '../commands.ts';
import { hasErrors, printDiagnostics, toJson } from '../output.ts';

/** In the root, where the file is found next to the configuration of TypeScript. */
const DEFAULT_FILE = 'image-prompt.d.ts';

export const types: Command = {
  usage: '',
  about:
    'Writes the exact types of all specs of the project into one declaration file, which takes the place of `unplugin-image-prompt/client`. Writes nothing while a spec has errors.',
  options: {
    out: {
      type: 'string',
      value: 'FILE',
      about: `the file, ending in .d.ts (default: ${DEFAULT_FILE} in the root)`,
    },
    check: { type: 'boolean', about: 'write nothing; exit 1 when the file is not current' },
  },
  async run({ words, values, json, terminal, cwd, open }) {
    const { out } = values;
    if (words.length > 0) {
      throw new ImagePromptError(
        'CONFIG_INVALID',
        'Expected no paths: the file is about all specs.',
        {
          hint: 'Write `image-prompt types`; which specs there are is decided by `include`.',
        },
      );
    }
    if (typeof out === 'string' && !/[^/\\]\.d\.[cm]?ts$/.test(out)) {
      throw new ImagePromptError(
        'CONFIG_INVALID',
        `Expected a file that ends in .d.ts for --out, received "${printable(out)}".`,
      );
    }
    const engine = await open();
    const target =
      typeof out === 'string' ? resolve(cwd, out) : join(engine.options.root, DEFAULT_FILE);
    const check = values['check'] === true;
    const report = await engine.writeTypes({ target, check });
    const { file, specs, changed, diagnostics } = report;
    const failed = hasErrors(diagnostics);
    if (json) terminal.out(toJson(report));
    else {
      printDiagnostics(diagnostics, terminal);
      const name = printable(file);
      const how = typeof out === 'string' ? ` --out ${printable(out)}` : '';
      if (failed) terminal.out(`${name} is left as it is: fix the specs first.`);
      else if (!changed) terminal.out(`${name} is current: ${amount(specs.length, 'spec')}.`);
      else if (check) terminal.out(`${name} is not current: run \`npx image-prompt types${how}\`.`);
      else terminal.out(`${name} is written: ${amount(specs.length, 'spec')}.`);
    }
    return failed || (check && changed) ? 1 : 0;
  },
};
