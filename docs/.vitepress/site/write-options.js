import ts from 'typescript-5';
import { readRepository } from './read-file.js';

/** The page of the options: the comments of their types. */
export function writeOptions() {
  return [
    '# Options',
    'For the plugin, or for `image-prompt.config.ts` (`.js`, `.mjs`), which plugin and command line both read. What the command line shall know belongs into that file.',
    "```ts\nimport { defineConfig, fal } from 'unplugin-image-prompt';\n\nexport default defineConfig({ provider: fal(), budget: 2 });\n```",
    ...sectionsOf('src/options.ts', 'Options'),
    '## Options of `fal()`',
    ...sectionsOf('src/provider/fal-options.ts', 'FalOptions', 3),
  ].join('\n\n');
}

/** A section for each field of an interface. @param {string} path @param {string} name */
function sectionsOf(path, name, depth = 2) {
  const source = ts.createSourceFile(path, readRepository(path), ts.ScriptTarget.Latest, true);
  const found = source.statements.find(
    (one) => ts.isInterfaceDeclaration(one) && one.name.text === name,
  );
  if (found === undefined) throw new Error(`${path} has no interface ${name}.`);
  return found.members.map((member) => {
    const [{ comment, tags = [] }] = ts.getJSDocCommentsAndTags(member);
    const preset = tags.find((tag) => tag.tagName.text === 'default')?.comment;
    const lines = [
      `${'#'.repeat(depth)} ${member.name.text}`,
      `Type: \`${member.type.getText(source).replace(/\s+/g, ' ')}\``,
      sayText(comment),
    ];
    if (preset) lines.push(`Default: ${showDefault(sayText(preset))}`);
    return lines.join('\n\n');
  });
}

/** `{@link include}` becomes `include`. */
function sayText(comment) {
  const text = ts.getTextOfJSDocComment(comment) ?? '';
  return text.replace(/\{@link (?:Options\.)?([\w.]+)\}/g, '`$1`').replace(/\s*\n\s*/g, ' ');
}

/** A value is code, a sentence is not. */
function showDefault(text) {
  return /^(?:'[^']*'|[\w.]+|\w+\(\))$/.test(text) ? `\`${text}\`` : text;
}
