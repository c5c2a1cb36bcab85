import { z } from 'zod';
import { addEditorHelp, type JsonSchema } from './editor-help.ts';
import { specSchema } from './schema.ts';

/**
 * The JSON Schema of a spec for editors, draft 7 (what yaml-language-server reads best), without
 * `$id`, so that a copy anywhere is as good as the original.
 */
export function specJsonSchema(): JsonSchema {
  const { $schema, required, ...schema } = addEditorHelp(
    z.toJSONSchema(specSchema, { target: 'draft-7', io: 'input' }),
  );
  return {
    $schema,
    title: 'Image spec of unplugin-image-prompt',
    description: 'A picture as code: the prompt and what becomes of its picture.',
    ...schema,
    // A base may supply what is required, and an editor cannot look into it.
    if: { not: { required: ['extends'] } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: { required },
  };
}
