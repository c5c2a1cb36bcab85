import { specJsonSchema } from '../../spec/json-schema.ts';
import type { Command } from '../commands.ts';

export const schema: Command = {
  usage: '',
  about:
    'Prints the JSON Schema of `*.image.yaml`, the same as `unplugin-image-prompt/spec.schema.json`.',
  options: {},
  async run({ terminal }) {
    terminal.out(JSON.stringify(specJsonSchema(), null, 2));
    return 0;
  },
};
