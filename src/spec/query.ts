import { ImagePromptError } from '../errors.ts';
import { expectedSentence } from './display.ts';
import { flattenIssue } from './issues.ts';
import { parseAspect, setQuality } from './output.ts';
import { outputSchema, type SpecOutput } from './output-schema.ts';
import { QUERY_NAMES } from './query-names.ts';
import { didYouMean } from './suggest.ts';
import type { EncodeOptions, OutputFormat, ResolvedOutput } from './types.ts';

/** Overrides of `output` as an import wrote them: name and text of each parameter. */
export type QueryOverrides = Readonly<Record<string, string>>;

/** Best first, as browsers have to be offered them; in a query the order says nothing. */
const FORMAT_ORDER = ['avif', 'webp', 'png', 'jpeg', 'fallback'];

/**
 * Lays the overrides of an import over the `output` of its spec.
 * @throws ImagePromptError SPEC_QUERY: a name that does not exist, or a value that `output` would refuse
 */
export function overrideOutput(
  output: ResolvedOutput,
  overrides: QueryOverrides,
  file: string,
): ResolvedOutput {
  const asked = checkOverrides(overrides, file);
  const written = typeof asked.quality === 'object' ? asked.quality : {};
  const quality = (format: OutputFormat): EncodeOptions => {
    const value = written[format];
    const settings = output.quality[format];
    return typeof value === 'number' || value === 'auto'
      ? setQuality(format, settings, value)
      : settings;
  };
  return {
    ...output,
    widths: asked.widths ?? output.widths,
    formats: asked.formats ?? output.formats,
    quality: {
      ...output.quality,
      avif: quality('avif'),
      webp: quality('webp'),
      jpeg: quality('jpeg'),
    },
    aspect: asked.aspect === undefined ? output.aspect : parseAspect(asked.aspect),
    fit: asked.fit ?? output.fit,
    position: asked.position ?? output.position,
  };
}

/** Reads the texts as the fields of `output` that they stand for, and checks them by its schema. */
function checkOverrides(overrides: QueryOverrides, file: string): SpecOutput {
  const written: Record<string, unknown> = {};
  const names = new Map<string, string>();
  for (const [name, text] of Object.entries(overrides)) {
    const [field, value] = readParameter(name, text, file);
    written[field] = value;
    names.set(field, name);
  }
  const parsed = outputSchema.safeParse(written);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues.flatMap(flattenIssue);
  const name = names.get(String(issue?.path[0])) ?? '';
  const said = expectedSentence(issue?.message ?? 'another value', name, overrides[name]);
  throw refuse(file, said);
}

function readParameter(name: string, text: string, file: string): [field: string, value: unknown] {
  switch (name) {
    case 'w':
      return ['widths', text.split(';').map(toNumber)];
    case 'format':
      return ['formats', text.split(';').map(toFormat).sort(compareFormats)];
    case 'quality': {
      const value = toNumber(text);
      // A quality of PNG would reduce its colours, which nobody means who asks for smaller photographs.
      return ['quality', { avif: value, webp: value, jpeg: value }];
    }
    case 'aspect':
    case 'fit':
    case 'position':
      return [name, text];
    default: {
      const hint = /^(?:width|widths|size)$/i.test(name)
        ? 'Did you mean `w`?'
        : didYouMean(name, [...QUERY_NAMES, 'url'], undefined);
      throw refuse(file, `There is no query ${JSON.stringify(name.slice(0, 60))}.`, hint);
    }
  }
}

/** Text that is no number stays text, so that the message shows what was written. */
function toNumber(text: string): number | string {
  return /^\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : text;
}

function toFormat(text: string): string {
  const format = text.trim().toLowerCase();
  return format === 'jpg' ? 'jpeg' : format;
}

function compareFormats(a: string, b: string): number {
  return FORMAT_ORDER.indexOf(a) - FORMAT_ORDER.indexOf(b);
}

function refuse(file: string, message: string, hint?: string): ImagePromptError {
  return new ImagePromptError('SPEC_QUERY', `${file} is imported with a query: ${message}`, {
    file,
    hint:
      hint ??
      'An import takes ?url and overrides of output: ?w=400;800&format=webp;avif&aspect=1:1&quality=60&fit=cover&position=top.',
  });
}
