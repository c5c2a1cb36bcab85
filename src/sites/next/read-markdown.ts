import { toImport } from '../to-import.ts';

/** Comments of HTML and of MDX, lines of them between imports, and fenced code. */
const SHOWN =
  /^[ \t]*\/\/[^\n]*|<!--[\s\S]*?-->|\{\/\*[\s\S]*?\*\/\}|^[ \t]*(`{3,}|~{3,})[^\n]*\n(?:[\s\S]*?^[ \t]*\1[`~]*[ \t]*$|[\s\S]*)/gm;
/** Code within a paragraph. */
const INLINE = /(?<!`)(`+)(?!`)(?:(?!\n[ \t]*\n)[\s\S])*?[^`]\1(?!`)/g;
const LIST = /^\s*(?:[-*+]|\d+[.)])\s/;

const TARGET = String.raw`(?:<([^>\n]*\.image\.ya?ml(?:\?[^>\n]*)?)>|((?:[^\s"'()<>]|\([^\s()]*\))*\.image\.ya?ml(?:\?[^\s"'()<>]*)?))`;
/** `![alt](target)`. */
const IMAGE = new RegExp(String.raw`(?<!\\)!\[(?:\\.|[^\]\\])*\]\(\s*${TARGET}`, 'gi');
/** `![alt][label]`, `![label][]` and `![label]`. */
const BY_LABEL = /(?<!\\)!\[((?:\\.|[^\]\\])*)\](?:\[([^\]]*)\])?(?!\()/g;
/** `[label]: target`. */
const DEFINITION = new RegExp(String.raw`^ {0,3}\[([^\]]+)\]:\s*${TARGET}`, 'gim');
/** `src` of an element. */
const SRC =
  /<[a-z][\w.-]*\s(?:"[^"]*"|'[^']*'|[^"'>])*?\bsrc\s*=\s*(?:"([^"]*\.image\.ya?ml[^"]*)"|'([^']*\.image\.ya?ml[^']*)'|([^\s"'>]*\.image\.ya?ml[^\s"'>]*))/gi;

/**
 * The specs that images of a page of Markdown or MDX name, as an import would name them: no links, and no code that the
 * page only shows.
 */
export function readMarkdown(text: string, isMdx: boolean): Set<string> {
  const fenced = dropShown(text);
  const page = (isMdx ? fenced : dropIndented(fenced)).replace(INLINE, ' ');
  const found: (string | undefined)[] = [];
  for (const [, bracketed, bare] of page.matchAll(IMAGE)) found.push(bracketed ?? bare);
  for (const [, double, single, bare] of page.matchAll(SRC)) found.push(double ?? single ?? bare);
  const labels = new Set(
    [...page.matchAll(BY_LABEL)].map(([, alt, label]) => fold(label || (alt ?? ''))),
  );
  for (const [, label, bracketed, bare] of page.matchAll(DEFINITION)) {
    if (labels.has(fold(label!))) found.push(bracketed ?? bare);
  }
  return new Set(found.map((one) => toImport(one!)));
}

/** A page without comments and fenced code. */
export function dropShown(text: string): string {
  return text.replace(SHOWN, ' ');
}

function fold(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase();
}

/** Drops code that is told by its indentation; below an item of a list that is a paragraph. */
function dropIndented(text: string): string {
  let isAfterBlank = true;
  let isList = false;
  const kept = text.split('\n').map((line) => {
    if (line.trim() === '') {
      isAfterBlank = true;
      return line;
    }
    const isIndented = /^(?: {4}|\t)/.test(line);
    if (isIndented && isAfterBlank && !isList) return '';
    isAfterBlank = false;
    if (!isIndented) isList = LIST.test(line);
    return line;
  });
  return kept.join('\n');
}
