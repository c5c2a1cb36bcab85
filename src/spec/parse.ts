import type { YAMLError } from 'yaml';
import type { Diagnostic } from '../errors.ts';
import type { MapNode } from './nodes.ts';
import { readNodes } from './read-nodes.ts';
import {
  createDiagnostic,
  createSource,
  MAX_PROBLEMS,
  type Problem,
  type Source,
} from './source.ts';
import { composeYaml, MAX_DEPTH } from './yaml.ts';

/** What a text gave: its top-level map, or `null` when it is not YAML or not a map. */
export interface ParsedSpec {
  root: MapNode | null;
  diagnostics: Diagnostic[];
}

/** Decodes the bytes of a file. What is not UTF-8 is SPEC_TEXT at the first broken character. */
export function decodeSource(
  path: string,
  file: string,
  bytes: Uint8Array,
): { source: Source; diagnostics: Diagnostic[] } {
  // Replaces broken bytes and drops a byte order mark.
  const text = new TextDecoder().decode(bytes);
  const source = createSource(path, file, text);
  if (isUtf8(bytes)) return { source, diagnostics: [] };
  const problem: Problem = {
    code: 'SPEC_TEXT',
    message: 'The file is not UTF-8.',
    hint: 'Save it as UTF-8.',
  };
  return { source, diagnostics: [createDiagnostic(source, text.indexOf('\ufffd'), problem)] };
}

/**
 * Parses the text of a spec or base file; reports everything that is wrong with it as YAML and as
 * data, at once. Which fields there may be is checked after merging.
 */
export function parseSpec(source: Source): ParsedSpec {
  const diagnostics: Diagnostic[] = [];
  const report = (offset: number, problem: Problem): void => {
    if (diagnostics.length < MAX_PROBLEMS) {
      diagnostics.push(createDiagnostic(source, offset, problem));
    }
  };
  const { document, tooDeepAt, secondAt } = composeYaml(source.text);
  if (document === null) {
    const message = `The YAML is nested more than ${MAX_DEPTH} levels deep.`;
    report(tooDeepAt ?? 0, { code: 'SPEC_TOO_COMPLEX', message });
    return { root: null, diagnostics };
  }
  for (const error of [...document.errors, ...document.warnings].slice(0, MAX_PROBLEMS)) {
    report(error.pos[0], describeYamlError(error, source));
  }
  if (secondAt !== null) {
    const message = 'A second YAML document starts here; a spec is one document.';
    report(secondAt, { code: 'SPEC_YAML', message, hint: 'Remove the `---` or `...` line.' });
  }
  const broken = diagnostics.length > 0;
  const root = readNodes(source, document, report);
  const exhausted = diagnostics.some(({ code }) => code === 'SPEC_TOO_COMPLEX');
  if (broken || exhausted) return { root: null, diagnostics };
  if (root.kind === 'map') return { root, diagnostics };
  report(root.start, { code: 'SPEC_NOT_A_MAP', message: describeRoot(root.kind, source) });
  return { root: null, diagnostics };
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function describeRoot(kind: 'scalar' | 'list', source: Source): string {
  if (kind === 'list') return 'Expected a map of fields, received a list.';
  const empty = source.text.replace(/#.*$/gm, '').trim() === '';
  return `Expected a map of fields, received ${empty ? 'an empty file' : 'a single value'}.`;
}

function describeYamlError(error: YAMLError, source: Source): Problem {
  // Its own sentences, without the copy of the source that some of them carry.
  const message = `${error.message.split('\n')[0]!.slice(0, 160).replace(/[.:]$/, '')}.`;
  if (error.code === 'NON_STRING_KEY') {
    const plain = 'The name of a field must be plain text.';
    return { code: 'SPEC_YAML', message: plain, hint: findYamlHint(error, source) };
  }
  if (error.code === 'RESOURCE_EXHAUSTION') return { code: 'SPEC_TOO_COMPLEX', message };
  return { code: 'SPEC_YAML', message, hint: findYamlHint(error, source) };
}

function findYamlHint(error: YAMLError, source: Source): string | undefined {
  if (error.code === 'TAB_AS_INDENT') return 'Indent with spaces.';
  if (error.code === 'TAG_RESOLVE_FAILED') return 'Remove the tag.';
  if (/:\s*\{\{/.test(source.text)) return 'Put text that starts with `{{` in quotes.';
  return undefined;
}
