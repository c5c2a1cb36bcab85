import { isDeepStrictEqual } from 'node:util';
import { type Document, isAlias, isMap, isScalar } from 'yaml';
import { ImagePromptError } from '../errors.ts';
import { composeYaml } from './yaml.ts';

/**
 * The text of a spec with another `pick`. Comments, order and layout stay: only the value itself is
 * replaced, or one line is added at the end.
 * @param cell which picture of a matrix; null: every one, or the only one
 * @throws ImagePromptError SPEC_PICK: the layout is beyond this function
 */
export function setPick(text: string, pick: number | string, cell: string | null = null): string {
  const before = composeYaml(text).document;
  if (before !== null) {
    const value = typeof pick === 'number' ? `${pick}` : `"${pick}"`;
    const changed =
      cell === null ? writePick(text, before, value) : writeCellPick(text, before, cell, value);
    const { document: after, secondAt } = composeYaml(changed);
    const old = before.toJS() as { pick?: unknown };
    const wanted = { ...old, pick: cell === null ? pick : { ...mapOf(old.pick), [cell]: pick } };
    const clean = after !== null && after.errors.length === 0 && secondAt === null;
    if (clean && isDeepStrictEqual(after.toJS(), wanted)) return changed;
  }
  throw new ImagePromptError('SPEC_PICK', 'The file has a layout that `pick` cannot change.', {
    hint:
      cell === null
        ? `Write \`pick: ${pick}\` by hand.`
        : `Write \`${JSON.stringify(cell)}: ${pick}\` under \`pick:\` by hand.`,
  });
}

function mapOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

/** The same for one picture of a matrix: a line of the map, or the map itself. */
function writeCellPick(
  text: string,
  document: Document.Parsed,
  cell: string,
  value: string,
): string {
  const name = JSON.stringify(cell);
  const map = isMap(document.contents) ? document.contents.get('pick', true) : undefined;
  if (!isMap(map)) {
    // One pick for all says something of the others too: whoever wrote it decides what becomes of it.
    const isFree = map === undefined || (isScalar(map) && map.value === null);
    return isFree ? writePick(text, document, `{ ${name}: ${value} }`) : text;
  }
  const known = map.get(cell, true);
  if (isScalar(known) && known.range) {
    const [start, end] = known.range;
    return text.slice(0, start) + value + text.slice(end);
  }
  const first = map.items[0]?.key;
  const start = isScalar(first) ? first.range?.[0] : undefined;
  if (map.flow || start === undefined) {
    const open = map.range![0] + 1;
    const rest = map.items.length === 0 ? ' ' : ',';
    return `${text.slice(0, open)} ${name}: ${value}${rest}${text.slice(open)}`;
  }
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = /[^\n]*$/.exec(text.slice(0, start))?.[0] ?? '';
  return `${text.slice(0, start)}${name}: ${value}${newline}${indent}${text.slice(start)}`;
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
