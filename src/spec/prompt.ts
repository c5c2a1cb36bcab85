import type { Diagnostic } from '../errors.ts';
import type { ScalarNode, SpecNode } from './nodes.ts';
import { findPlaceholders, type Placeholder, splitPlaceholders } from './placeholders.ts';
import type { SpecPrompt } from './schema.ts';
import { createDiagnostic, MAX_PROBLEMS, type Problem, type Source } from './source.ts';
import { didYouMean } from './suggest.ts';

type PromptParts = Exclude<SpecPrompt, string>;

/**
 * Labels of a structured prompt, in order: the model's own template (contract, section 1, "prompt").
 * Part of every key that comes from a structured prompt, so frozen for key version 1.
 */
const LABELS: readonly (readonly [part: keyof PromptParts, label: string])[] = [
  ['scene', 'Scene'],
  ['subject', 'Subject'],
  ['details', 'Important details'],
  ['use_case', 'Use case'],
  ['constraints', 'Constraints'],
];

/**
 * Writes a prompt out: text as it is, parts as one line each. The items of a list are joined with
 * `; `, or with a blank after an item that ends a sentence; parts without text are left out.
 */
export function writePrompt(prompt: SpecPrompt): string {
  if (typeof prompt === 'string') return prompt;
  const lines: string[] = [];
  for (const [part, label] of LABELS) {
    const line = joinItems([prompt[part] ?? []].flat());
    if (line !== '') lines.push(`${label}: ${line}`);
  }
  return lines.join('\n');
}

function joinItems(texts: readonly string[]): string {
  let joined = '';
  for (const text of texts) {
    const item = text
      .split(/[\r\n]+/)
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .join(' ');
    if (item === '') continue;
    const separator = joined === '' ? '' : /[.!?;:,]$/.test(joined) ? ' ' : '; ';
    joined += separator + item;
  }
  return joined;
}

/** The prompt with its variables filled in, and what could not be filled. */
export interface FilledPrompt {
  prompt: SpecPrompt;
  diagnostics: Diagnostic[];
}

/**
 * Fills the variables into every text of a prompt that the schema has accepted. Values go in as they
 * are: braces in a value mean nothing.
 */
export function fillPrompt(
  spec: Source,
  node: SpecNode,
  vars: Readonly<Record<string, string>>,
): FilledPrompt {
  const diagnostics: Diagnostic[] = [];
  const names = Object.keys(vars);
  const fill = (at: SpecNode): unknown => {
    if (at.kind === 'list') return at.items.map(fill);
    if (at.kind === 'map') {
      return Object.fromEntries([...at.fields].map(([name, field]) => [name, fill(field)]));
    }
    const places = findPlaces(at);
    let index = 0;
    const pieces = splitPlaceholders(String(at.value)).map((piece) => {
      if (typeof piece === 'string') return piece;
      const offset = places(index++);
      if (piece.name !== null && Object.hasOwn(vars, piece.name)) return vars[piece.name]!;
      if (diagnostics.length < MAX_PROBLEMS) {
        diagnostics.push(createDiagnostic(at.source ?? spec, offset, describe(piece, names)));
      }
      return '';
    });
    return pieces.join('');
  };
  return { prompt: fill(node) as SpecPrompt, diagnostics };
}

/** Where the placeholders of a text stand in its file: exact, unless escapes or an alias hide them. */
function findPlaces(node: ScalarNode): (index: number) => number {
  const written = findPlaceholders(node.source?.text.slice(node.start, node.end) ?? '');
  const isExact = written.length === findPlaceholders(String(node.value)).length;
  return (index) => node.start + ((isExact ? written[index]?.start : undefined) ?? 0);
}

function describe(placeholder: Placeholder, names: readonly string[]): Problem {
  const code = 'SPEC_VAR';
  const { name } = placeholder;
  if (name === null) {
    const hint = 'Close it, or write `{{{{` for a literal `{{`.';
    return { code, message: 'Expected `}}` after `{{`, received the end of the text.', hint };
  }
  const message = `There is no variable ${JSON.stringify(name.slice(0, 40))}.`;
  return { code, message, hint: didYouMean(name, names, undefined) };
}
