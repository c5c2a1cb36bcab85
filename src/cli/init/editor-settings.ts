import { isDeepStrictEqual } from 'node:util';
import { insertProperty, readLayout } from './insert-property.ts';
import type { Step, Surroundings } from './types.ts';

const FILE = '.vscode/settings.json';
const SECTION = 'yaml.schemas';
const PATTERNS: readonly string[] = ['*.image.yaml', '*.image.yml'];

/**
 * Plans the mapping of specs to their schema in the settings of Visual Studio Code. The file is JSON with
 * comments; what is there keeps its comments and its layout.
 * @param schema path of the schema, relative to the root
 */
export async function planSettings({ files, texts }: Surroundings, schema: string): Promise<Step> {
  const uri = schema.startsWith('../') ? schema : `./${schema}`;
  const mapping = { [SECTION]: { [uri]: PATTERNS } };
  const fresh = `${JSON.stringify(mapping, null, 2)}\n`;
  if (!files.has(FILE)) return { kind: 'write', file: FILE, text: fresh };
  const before = texts.get(FILE) ?? null;
  if (before?.trim() === '') return { kind: 'add', file: FILE, before, text: fresh };
  const text = before === null ? null : await addMapping(before, uri);
  if (before === null || text === null) {
    const line = JSON.stringify(mapping).slice(1, -1);
    return { kind: 'tell', file: FILE, advice: `In ${FILE} add \`${line}\`.` };
  }
  if (text === before) return { kind: 'keep', file: FILE };
  return { kind: 'add', file: FILE, before, text };
}

/** The text with the mapping; itself when specs have one already, null when it cannot be added safely. */
async function addMapping(text: string, uri: string): Promise<string | null> {
  // UMD: Node finds its names on the default export alone. Loaded late, since only this needs it.
  const { default: jsonc } = await import('jsonc-parser');
  const lenient = { allowTrailingComma: true };
  const read = (source: string): Record<string, unknown> | null => {
    const errors: object[] = [];
    const value: unknown = jsonc.parse(source, errors as never, lenient);
    return errors.length === 0 && isMap(value) ? value : null;
  };
  const before = read(text);
  const tree = jsonc.parseTree(text, [], lenient);
  if (before === null || tree === undefined) return null;
  const schemas = before[SECTION] ?? {};
  if (!isMap(schemas)) return null;
  if (Object.values(schemas).flat().some(namesSpecs)) return text;
  const section = jsonc.findNodeAtLocation(tree, [SECTION]);
  const layout = readLayout(text, section ?? tree, (part) => jsonc.stripComments(part, ' '));
  const added = section ? { [uri]: PATTERNS } : { [SECTION]: { [uri]: PATTERNS } };
  const after = insertProperty(text, layout, added);
  // Whatever the layout was: nothing may be lost, and nothing else be added.
  const wanted = { ...before, [SECTION]: { ...schemas, [uri]: PATTERNS } };
  return isDeepStrictEqual(read(after), wanted) ? after : null;
}

/** Whether a pattern is about specs. */
function namesSpecs(pattern: unknown): boolean {
  return typeof pattern === 'string' && /\.image\./.test(pattern);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
