import type { ExplainedPicture, ExplainedRequest, ExplainedSpec } from '../engine/types.ts';
import { amount, formatDiagnostic, formatTable, formatUsd, labelOf, stripLine } from '../report.ts';
import {
  type ExplainedValue,
  FIELDS_OUTSIDE_KEY,
  type ReplacedValue,
  type ValueOrigin,
} from '../spec/explain.ts';
import { stripControls } from '../spec/frame.ts';
import { SPEC_FIELDS } from '../spec/schema.ts';
import type { Terminal } from './terminal.ts';

/** Longest piece of a value in the table; prompts stand in full below it. */
const LONGEST = 48;
/** What enters the key through others. */
const BY_EFFECT: readonly string[] = ['extends', 'vars', 'sources', 'matrix'];

/** An explanation for people. */
export function formatExplanation(spec: ExplainedSpec, style: Terminal['style']): string {
  const { diagnostics, request, key, prompt } = spec;
  const file = labelOf(spec);
  const problems = diagnostics.map((one) => formatDiagnostic(one));
  if (request === null || key === null || prompt === null) return problems.join('\n\n');
  const variables = spec.variables.map(({ name, value, from }) => [
    `{{${name}}}`,
    shorten(value),
    formatOrigin(from),
  ]);
  const sections: [title: string, lines: string[]][] = [
    ['Values', formatTable(spec.values.flatMap(listValue))],
    ['Variables of the prompt', formatTable(variables)],
    ['Prompt, as it is sent', prompt.split('\n')],
    ['Request', formatTable(listRequest(request))],
    ['Files, as they are in the key', formatTable(listFiles(spec))],
    ['Key', [...formatKey(key), ...formatWaiting(spec)]],
    ['Store', [formatState(spec)]],
    ['Pictures', formatTable(spec.pictures.map(listPicture))],
  ];
  const head = spec.bases.length === 0 ? file : `${file} extends ${spec.bases.join(', ')}`;
  return [
    style('bold', stripLine(head)),
    ...problems,
    ...sections
      .filter(([, lines]) => lines.length > 0)
      .map(([title, lines]) => [style('cyan', title), ...lines.map(indent)].join('\n')),
  ].join('\n\n');
}

/** One of several pictures of the spec; the sections above are about the first. */
function listPicture({ name, state, usd, key }: ExplainedPicture): string[] {
  return [name ?? 'the picture itself', state ?? '', formatUsd(usd), key];
}

function listValue({ path, value, from, replaces, inKey }: ExplainedValue): string[][] {
  const outside = path.startsWith('vars.') ? 'not in the prompt' : 'not in the key';
  return [
    [path, shorten(value), formatOrigin(from), inKey ? '' : outside],
    ...replaces.map((one) => ['', `instead of ${shorten(one.value)}`, formatPlace(one)]),
  ];
}

function formatOrigin(from: ValueOrigin): string {
  if (from === 'options') return 'the configuration';
  return from === 'default' ? 'default' : `${from.file}:${from.line}`;
}

function formatPlace({ file, line }: ReplacedValue): string {
  return file === null ? formatOrigin('options') : `${file}:${line}`;
}

function listRequest(request: ExplainedRequest): string[][] {
  const { provider, model, image_size, picture, quality, output_format, input, revision } = request;
  const [asked, size] = [image_size, picture].map(({ width, height }) => `${width}×${height}`);
  const more = Object.entries(input).map(([name, value]) => [`input.${name}`, shorten(value)]);
  return [
    ['model', `${model} of ${provider}`],
    ['image_size', asked === size ? `${asked}` : `${asked}, for a picture of ${size}`],
    ['quality', String(quality ?? 'not sent')],
    ['output_format', String(output_format ?? 'not sent')],
    ...more,
    ...(revision === null ? [] : [['revision', `${shorten(revision)}, not sent`]]),
  ];
}

function formatKey(key: string): string[] {
  const others = [...FIELDS_OUTSIDE_KEY, ...BY_EFFECT];
  const keyed = SPEC_FIELDS.filter((name) => !others.includes(name)).join(', ');
  return [
    key,
    ...formatTable([
      ['changes with', `${keyed}; ${BY_EFFECT.join(', ')} by their effect; the provider`],
      ['never with', FIELDS_OUTSIDE_KEY.join(', ')],
    ]),
  ];
}

/** What an edit works on, by its bytes. */
function listFiles({ files }: ExplainedSpec): string[][] {
  if (files === null) return [];
  const images = files.images.map((digest, at) => [`edit.images[${at}]`, digest]);
  return files.mask === null ? images : [...images, ['edit.mask', files.mask]];
}

function formatWaiting({ waitsFor }: ExplainedSpec): string[] {
  if (waitsFor.length === 0) return [];
  return [`provisional: another one once ${waitsFor.join(', ')} is there`];
}

function formatState({ state, reason, have, wanted, missing, usd }: ExplainedSpec): string {
  const count = `${have} of ${amount(wanted ?? 0, 'candidate')}`;
  const price = usd === null ? formatUsd(usd) : `${formatUsd(usd)} for what is missing (estimate)`;
  return [`${state}: ${reason}; ${count}`, ...(missing ? [price] : [])].join(', ');
}

/** A value on one line. */
function shorten(value: unknown): string {
  const points = [...JSON.stringify(value)];
  return points.length > LONGEST ? `${points.slice(0, LONGEST - 1).join('')}…` : points.join('');
}

function indent(line: string): string {
  return `  ${stripControls(line)}`.trimEnd();
}
