import { ImagePromptError } from '../errors.ts';
import { SPEC_ID } from './ids.ts';

/** One file of a build's output. */
export interface OutputFile {
  name: string;
  /** Null when the file is binary. */
  text: string | null;
  /** Files that the bundler says it was copied from. */
  origins?: readonly string[];
}

/** What must not be found in the output. */
export interface Secret {
  /** The spec, relative to the root. */
  file: string;
  prompt: string;
  alt: string;
}

/** A shorter prompt could stand on a page by chance. */
const SHORTEST_PROMPT = 24;
/** A bundler that knows nothing of specs names the copy it emits `hero.image-HASH.yaml` or so. */
const SPEC_FILE = /\.image[^/\\]*\.ya?ml$/i;
const YAML_DATA = /data:(?:text|application)\/(?:x-|vnd\.)?yaml\b/i;

/**
 * Fails a build whose output would publish a spec or its prompt: bundlers turn a reference that no
 * plugin rewrites (an `<img>` in HTML, a `url()` in CSS, `?raw`) into a copy of the file.
 * @throws ImagePromptError LEAK_RAW
 */
export function assertNoLeak(files: Iterable<OutputFile>, secrets: readonly Secret[]): void {
  const needles = secrets.flatMap(needlesOf);
  for (const { name, text, origins = [] } of files) {
    const origin = origins.find((file) => SPEC_ID.test(file));
    if (origin !== undefined) throw leak(name, `is a copy of ${origin}`);
    if (SPEC_FILE.test(name)) throw leak(name, 'is a copy of a spec');
    if (text === null) continue;
    if (YAML_DATA.test(text)) throw leak(name, 'holds a spec as a data: URL');
    const found = needles.find(({ needle }) => text.includes(needle));
    if (found) throw leak(name, `holds the prompt of ${found.file}`);
  }
}

function leak(name: string, what: string): ImagePromptError {
  return new ImagePromptError('LEAK_RAW', `The output file ${name} ${what}.`, {
    hint: 'Import the spec in JavaScript (or with `?url`) instead of naming the file, and never show a prompt on a page by itself.',
  });
}

/** The prompt as it stands in text, in JavaScript strings of every kind, in HTML and in URLs. */
function needlesOf({ file, prompt, alt }: Secret): { file: string; needle: string }[] {
  if (prompt.length < SHORTEST_PROMPT || alt.includes(prompt)) return [];
  const inJson = JSON.stringify(prompt).slice(1, -1);
  const inSingle = inJson.replaceAll('\\"', '"').replaceAll("'", "\\'");
  const inTemplate = prompt.replace(/[\\`]|\$\{/g, '\\$&');
  const inHtml = prompt.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const inAttribute = inHtml.replaceAll('"', '&quot;');
  const inUrl = encodeURIComponent(prompt);
  const forms = [prompt, inJson, inSingle, inTemplate, inHtml, inAttribute, inUrl];
  return [...new Set(forms)].map((needle) => ({ file, needle }));
}
