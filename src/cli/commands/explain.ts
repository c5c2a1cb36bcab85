import { ImagePromptError } from '../../errors.ts';
import type { Command } from '../commands.ts';
import { formatExplanation } from '../format-explanation.ts';
import { hasErrors, toJson, withoutFrames } from '../output.ts';

export const explain: Command = {
  usage: 'SPEC…',
  about:
    'Shows where each value of a spec comes from, what it replaced, the prompt as it is sent, the key with what would change it, and what the store has. Sends nothing.',
  options: {
    cell: {
      type: 'string',
      value: 'NAME',
      about: 'the picture of a matrix to explain, such as en.light (default: the first)',
    },
  },
  async run({ words, values, json, terminal, cwd, open }) {
    if (words.length === 0) {
      throw new ImagePromptError('CONFIG_INVALID', 'Expected at least one spec.', {
        hint: 'Write `image-prompt explain src/hero.image.yaml`, or `image-prompt explain .` for all below this folder.',
      });
    }
    const engine = await open();
    const cell = typeof values['cell'] === 'string' ? values['cell'] : null;
    const specs = await engine.explain(await engine.select(words, cwd), cell);
    if (json) {
      const shown = specs.map((one) => ({ ...one, diagnostics: withoutFrames(one.diagnostics) }));
      terminal.out(toJson({ specs: shown }));
    } else terminal.out(specs.map((one) => formatExplanation(one, terminal.style)).join('\n\n'));
    const failed = specs.some((one) => hasErrors(one.diagnostics) || one.state === 'broken');
    return failed ? 1 : specs.some(({ missing }) => (missing ?? 0) > 0) ? 2 : 0;
  },
};
