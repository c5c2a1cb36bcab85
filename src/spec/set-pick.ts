import { isDeepStrictEqual } from 'node:util';
import { type Document, isAlias, isMap, isScalar } from 'yaml';
import { ImagePromptError } from '../errors.ts';
import { composeYaml } from './yaml.ts';

/**
 * The text of a spec with another `pick`. Comments, order and layout stay: only the value itself is
 * replaced, or one line is added at the end.
 * @throws ImagePromptError SPEC_PICK: the layout is beyond this function
 */
export function setPick(text: string, pick: number | string): string {
  const before = composeYaml(text).document;
  if (before !== null) {
    const changed = writePick(text, before, typeof pick === 'number' ? `${pick}` : `"${pick}"`);
    const { document: after, secondAt } = composeYaml(changed);
    const wanted = { ...(before.toJS() as object), pick };
    const clean = after !== null && after.errors.length === 0 && secondAt === null;
    if (clean && isDeepStrictEqual(after.toJS(), wanted)) return changed;
  }
  throw new ImagePromptError('SPEC_PICK', 'The file has a layout that `pick` cannot change.', {
    hint: `Write \`pick: ${pick}\` by hand.`,
  });
}

function writePick(text: string, document: Document.Parsed, value: string): string {
  const map = document.contents;
  if (!isMap(map)) return text;
  const node = map.get('pick', true);
  const range = isScalar(node) || isAlias(node) ? node.range : null;
  if (range) {
    const [start, end] = range;
    const [head, tail] = [text.slice(0, start), text.slice(end)];
    // `pick:` without a value ends at its colon, or where its comment begins.
    const lead = start === end && head.endsWith(':') ? ' ' : '';
    const trail = start === end && tail.startsWith('#') ? ' ' : '';
    // A block scalar ends with its line.
    const line = /\r?\n$/.exec(text.slice(start, end))?.[0] ?? '';
    return `${head}${lead}${value}${trail}${line}${tail}`;
  }
  if (map.has('pick')) return text;
  const [start] = map.range;
  if (map.flow) {
    const space = /^\s*/.exec(text.slice(start + 1))?.[0] ?? '';
    const next = start + 1 + space.length;
    const comma = space.includes('\n') ? `,${space}` : ', ';
    return `${text.slice(0, next)}pick: ${value}${comma}${text.slice(next)}`;
  }
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = /[^\n\ufeff]*$/.exec(text.slice(0, start))?.[0] ?? '';
  // Nothing may follow the mark that ends a document.
  if (/^(?:\.\.\.|---)(?:\s|$)/m.test(text.slice(start))) {
    return `${text.slice(0, start)}pick: ${value}${newline}${indent}${text.slice(start)}`;
  }
  const body = text.endsWith('\n') ? text : `${text}${newline}`;
  return `${body}${indent}pick: ${value}${newline}`;
}
