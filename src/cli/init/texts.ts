import { DEFAULTS } from '../../options.ts';

/** The line that types imports of specs. */
export const CLIENT = '/// <reference types="unplugin-image-prompt/client" />';

/** The first configuration. */
export function writeConfig(): string {
  return `import { defineConfig } from 'unplugin-image-prompt';

// For the plugin and for \`npx image-prompt\`. All options: README of unplugin-image-prompt, "Options".
export default defineConfig({
  // US dollars that one run may spend.
  budget: ${DEFAULTS.budget},
});
`;
}

/**
 * The first spec.
 * @param schema path of the schema, relative to the spec's folder
 */
export function writeSpec(schema: string): string {
  return `# yaml-language-server: $schema=${schema}
prompt: >-
  A photorealistic Tokyo café interior at golden hour, neon reflected in wet pavement
alt: A quiet café with neon reflections
image_size: { width: 1536, height: 1024 }
quality: medium
`;
}

/** A declaration file with nothing but the reference. */
export function writeReference(): string {
  return `${CLIENT}\n`;
}

/**
 * A declaration file with the reference added. It must stand before any code: it goes below the references
 * that the file begins with, or above everything.
 */
export function addReference(text: string): string {
  const newline = /\r?\n/.exec(text)?.[0] ?? '\n';
  const head = /^\ufeff?(?:[ \t]*\/\/\/[ \t]*<reference[^\r\n]*(?:\r?\n|$))*/.exec(text)![0];
  const gap = head === '' || /[\n\ufeff]$/.test(head) ? '' : newline;
  return `${head}${gap}${CLIENT}${newline}${text.slice(head.length)}`;
}
