import type { Diagnostic } from '../errors.ts';
import { checkInput } from './check-input.ts';
import { findEditEndpoint, resolveEdit } from './edit.ts';
import { DEFAULT_IMAGE_SIZE, DEFAULT_MODEL, findModel, type KnownModel } from './models.ts';
import type { MapNode } from './nodes.ts';
import { resolveOutput } from './output.ts';
import { fillPrompt, writePrompt } from './prompt.ts';
import type { Spec, SpecImageSize } from './schema.ts';
import { MAX_EDGE } from './schema-parts.ts';
import { PRESETS, parseSizeText, planRequestSize } from './size.ts';
import type { Problem, Source } from './source.ts';
import { countCodePoints, normaliseText } from './text.ts';
import type { ResolvedEdit, ResolvedSpec, Size } from './types.ts';
import { diagnoseNode, placeOf, type ValidatedSpec } from './validate.ts';

/** Longest prompt in code points (contract, section 1, "Limits"). */
const MAX_PROMPT = 32_000;

/** What resolving gave; with an error among the diagnostics the spec is not to be used. */
export interface Resolution {
  spec: ResolvedSpec;
  diagnostics: Diagnostic[];
}

/**
 * Writes the defaults into a validated spec and checks what one field means for another. Fields that
 * are not sound are passed over, so that every problem is reported at once and none twice.
 */
export function resolveSpec(options: {
  source: Source;
  root: MapNode;
  validated: ValidatedSpec;
  complete: boolean;
  /** Absolute path of the project's root. */
  base: string;
  /** Whether `edit` may name http(s) addresses. */
  remote: boolean;
  /** See {@link ResolvedSpec.name}. */
  name: string | null;
  /** See {@link ResolvedSpec.isSource}. */
  isSource: boolean;
  /** Whether `{{name}}` in `alt` is replaced: with a matrix one text must serve many pictures. */
  fillsAlt: boolean;
}): Resolution {
  const { source, root, validated, complete, base, remote } = options;
  const { value, isSound } = validated;
  const diagnostics: Diagnostic[] = [];
  const report = (field: string, at: 'key' | 'value', problem: Problem): void => {
    diagnostics.push(diagnoseNode(source, root.fields.get(field) ?? root, at, problem));
  };

  const id = isSound('model') ? (value.model ?? DEFAULT_MODEL) : null;
  const model = id === null ? null : findModel(id);
  const picture = isSound('image_size') ? readSize(value.image_size ?? DEFAULT_IMAGE_SIZE) : null;
  if (picture !== null && id !== null) {
    const problem = findSizeProblem(picture, id, model);
    if (problem !== null) report('image_size', 'value', problem);
  }

  // Maps of an axis' values were resolved when the spec was taken apart.
  const vars = (value.vars ?? {}) as Record<string, string>;
  let alt = value.alt ?? '';
  const altNode = root.fields.get('alt');
  if (options.fillsAlt && altNode && isSound('alt') && isSound('vars')) {
    const filled = fillPrompt(source, altNode, vars);
    alt = String(filled.prompt);
    if (complete) diagnostics.push(...filled.diagnostics);
  }
  let prompt = '';
  const promptNode = root.fields.get('prompt');
  if (promptNode !== undefined && isSound('prompt') && isSound('vars')) {
    const filled = fillPrompt(source, promptNode, vars);
    prompt = writePrompt(filled.prompt);
    // A base that cannot be read may define the variable, or hold the rest of the prompt.
    if (complete) diagnostics.push(...filled.diagnostics);
    const problem = findPromptProblem(prompt);
    const empty = filled.diagnostics.length > 0 || !complete;
    if (problem !== null && !(empty && problem.empty)) report('prompt', 'value', problem);
  }

  const inputNode = root.fields.get('input');
  if (inputNode?.kind === 'map') diagnostics.push(...checkInput(source, inputNode, model));
  const editNode = root.fields.get('edit');
  let edit: ResolvedEdit | null = null;
  if (editNode?.kind === 'map' && value.edit && isSound('edit')) {
    const model = id ?? DEFAULT_MODEL;
    const found = resolveEdit(source, {
      ...{ root: base, remote, node: editNode },
      value: value.edit,
      model,
    });
    edit = found.edit;
    for (const { node, problem } of found.problems) {
      diagnostics.push(diagnoseNode(source, node, 'value', problem));
    }
    for (const name of findTakenFields(edit, value.input)) {
      report('input', 'value', {
        code: 'SPEC_EDIT',
        message: `\`${name}\` is filled with the files of \`edit\`.`,
        hint: 'Remove it from `input`, or name another parameter under `edit.fields`.',
      });
    }
  }

  const endpoint = findEditEndpoint(value.model);
  if (endpoint !== null && !root.fields.has('edit')) {
    report('model', 'value', {
      code: 'SPEC_EDIT',
      message: `\`${value.model}\` works on pictures, and the spec names none.`,
      hint: `Write \`edit: { images: [./photo.jpg] }\` and \`model: ${endpoint}\`, or \`model: ${endpoint}\` alone.`,
    });
  }

  const { revision, pick } = value;
  const pickNode = root.fields.get('pick');
  const pickPlace = pickNode ? placeOf(diagnoseNode(source, pickNode, 'value', NO_PICK)) : null;
  const spec: ResolvedSpec = {
    file: source.file,
    name: options.name,
    isSource: options.isSource,
    prompt,
    alt,
    model: id ?? DEFAULT_MODEL,
    picture: picture ?? PRESETS[DEFAULT_IMAGE_SIZE],
    quality: value.quality ?? model?.quality ?? null,
    outputFormat: value.output_format ?? model?.outputFormat ?? null,
    numImages: value.num_images ?? 1,
    pick: typeof pick === 'string' ? pick.toLowerCase() : typeof pick === 'number' ? pick : 1,
    pickPlace,
    revision: revision === undefined ? null : String(revision),
    edit,
    input: value.input ?? {},
    output: resolveOutput(isSound('output') ? value.output : undefined),
  };
  return { spec, diagnostics };
}

/** Whether a candidate answers is found out later, and told with this place. */
const NO_PICK: Problem = { code: 'SPEC_PICK', message: '' };

/** Parameters that stand under `input` and would be replaced. */
function findTakenFields(edit: ResolvedEdit | null, input: Spec['input']): string[] {
  if (!edit?.fields || !input) return [];
  const { images, mask } = edit.fields;
  const taken = edit.mask === null ? [images] : [images, mask];
  return taken.filter((name) => Object.hasOwn(input, name));
}

function readSize(size: SpecImageSize): Size {
  if (typeof size === 'object') return size;
  const parsed = parseSizeText(size);
  return parsed ?? { ...PRESETS[size as keyof typeof PRESETS] };
}

function findSizeProblem(asked: Size, id: string, model: KnownModel | null): Problem | null {
  const name = `${asked.width}×${asked.height}`;
  if (Math.max(asked.width, asked.height) > MAX_EDGE) {
    return {
      code: 'SPEC_SIZE',
      message: `Expected edges of at most ${MAX_EDGE}, received ${name}.`,
    };
  }
  if (model === null) return null;
  const plan = planRequestSize(asked, model.limits);
  if (plan.problem === undefined) return null;
  const message = `${id} cannot make ${name}: ${plan.problem}.`;
  const { suggestion } = plan;
  if (suggestion === null) return { code: 'SPEC_SIZE', message };
  const hint = `Ask for \`{ width: ${suggestion.width}, height: ${suggestion.height} }\`, a similar size that it can make.`;
  return { code: 'SPEC_SIZE', message, hint };
}

function findPromptProblem(prompt: string): (Problem & { empty: boolean }) | null {
  const text = normaliseText(prompt);
  if (text === '') {
    const message = 'The prompt is empty.';
    return { code: 'SPEC_PROMPT', message, hint: 'Say what the picture shows.', empty: true };
  }
  const length = countCodePoints(text);
  if (length <= MAX_PROMPT) return null;
  const message = `The prompt has ${length} characters; at most ${MAX_PROMPT} can be sent.`;
  return { code: 'SPEC_PROMPT', message, hint: 'Shorten it.', empty: false };
}
