import { ImagePromptError } from '../../errors.ts';
import { labelOf, printable } from '../../report.ts';
import type { Command } from '../commands.ts';
import { toJson } from '../output.ts';

export const pick: Command = {
  usage: 'SPEC[#PICTURE] N',
  about:
    'Chooses a candidate of a spec: its number (from 1, oldest first) or the first six or more hex digits of its digest. Writes `pick` into the YAML and leaves everything else as it is. Of a spec with a matrix name the picture: `poster.image.yaml#en.light`.',
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
    const [, path = words[0]!, cell = null] = /^(.*\.image\.ya?ml)#(.+)$/is.exec(words[0]!) ?? [];
    const files = await engine.select([path], cwd);
    if (files.length !== 1) {
      throw new ImagePromptError('CONFIG_INVALID', `Expected one spec, received ${files.length}.`, {
        hint: 'Name a single file.',
      });
    }
    const chosen = number ? Number(choice) : choice.toLowerCase();
    const picked = await engine.pick(files[0]!, chosen, cell);
    if (json) terminal.out(toJson(picked));
    else
      terminal.out(
        `${printable(labelOf(picked))} picks ${picked.pick}: ${picked.digest.slice(0, 12)}`,
      );
    return 0;
  },
};
