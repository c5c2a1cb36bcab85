import { ImagePromptError } from '../../errors.ts';
import { printable } from '../../report.ts';
import type { Command } from '../commands.ts';
import { toJson } from '../output.ts';

export const pick: Command = {
  usage: 'SPEC N',
  about:
    'Chooses a candidate of a spec: its number (from 1, oldest first) or the first six or more hex digits of its digest. Writes `pick` into the YAML and leaves everything else as it is.',
  options: {},
  async run({ words, json, terminal, cwd, open }) {
    const choice = words.at(-1) ?? '';
    const number = /^[1-9]\d{0,4}$/.test(choice);
    if (words.length !== 2 || !(number || /^[0-9a-f]{6,64}$/i.test(choice))) {
      throw new ImagePromptError('CONFIG_INVALID', 'Expected a spec and a candidate.', {
        hint: 'Write `image-prompt pick src/hero.image.yaml 2`, or at least six digits of a digest.',
      });
    }
    const engine = await open();
    const files = await engine.select(words.slice(0, 1), cwd);
    if (files.length !== 1) {
      throw new ImagePromptError('CONFIG_INVALID', `Expected one spec, received ${files.length}.`, {
        hint: 'Name a single file.',
      });
    }
    const picked = await engine.pick(files[0]!, number ? Number(choice) : choice.toLowerCase());
    if (json) terminal.out(toJson(picked));
    else
      terminal.out(`${printable(picked.file)} picks ${picked.pick}: ${picked.digest.slice(0, 12)}`);
    return 0;
  },
};
