/** What is painted with: `#rrggbb`. */
export type Paint = `#${string}`;

/** A point in pixels of the picture. */
export type Point = readonly [x: number, y: number];

/** What a drawing is collected on: definitions once, shapes in the order they cover each other. */
export interface Sheet {
  defs: string[];
  body: string[];
}

/** A drawing without anything on it. */
export function createSheet(): Sheet {
  return { defs: [], body: [] };
}

// What XML 1.0 does not allow at all, escaped or not.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Text as it may stand in SVG, as content or in quotes. */
export function escapeText(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(FORBIDDEN, '')
    .replace(/[<>&"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** A number in its shortest useful form: a hundredth of a pixel is finer than any eye. */
export function num(value: number): string {
  return String(Math.round(value * 100) / 100);
}

type Attributes = Record<string, string | number | undefined>;

/** One element; numbers are shortened, undefined ones left out. */
export function tag(name: string, attributes: Attributes, content = ''): string {
  let text = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    text += ` ${key}="${typeof value === 'number' ? num(value) : value}"`;
  }
  return content === '' ? `${text}/>` : `${text}>${content}</${name}>`;
}

/** Adds one element above all that is there. */
export function add(sheet: Sheet, name: string, attributes: Attributes, content = ''): void {
  sheet.body.push(tag(name, attributes, content));
}

function define(sheet: Sheet, name: string, attributes: Attributes, content: string): string {
  const id = `d${sheet.defs.length}`;
  sheet.defs.push(tag(name, { id, ...attributes }, content));
  return id;
}

/** One colour of a gradient. */
export type Stop = readonly [offset: number, color: Paint, opacity?: number];

const stops = (list: readonly Stop[]): string =>
  list
    .map(([offset, color, opacity]) =>
      tag('stop', { offset, 'stop-color': color, 'stop-opacity': opacity }),
    )
    .join('');

/** A gradient from top to bottom (or left to right) of whatever it fills. */
export function fade(sheet: Sheet, list: readonly Stop[], sideways = false): string {
  const direction = sideways ? { x2: 1, y2: 0 } : { x2: 0, y2: 1 };
  return `url(#${define(sheet, 'linearGradient', { x1: 0, y1: 0, ...direction }, stops(list))})`;
}

/** A gradient from the middle outwards. */
export function glow(sheet: Sheet, list: readonly Stop[]): string {
  return `url(#${define(sheet, 'radialGradient', {}, stops(list))})`;
}

/** Keeps what is drawn inside a shape, given as an element. */
export function clip(sheet: Sheet, shape: string): string {
  return `url(#${define(sheet, 'clipPath', {}, shape)})`;
}

/** A shape to be placed many times; gives the reference for `<use>`. */
export function stencil(sheet: Sheet, content: string): string {
  return `#${define(sheet, 'g', {}, content)}`;
}

/** Everything drawn by `paint`, as one group. */
export function group(sheet: Sheet, attributes: Attributes, paint: () => void): void {
  const start = sheet.body.length;
  paint();
  const content = sheet.body.splice(start).join('');
  if (content !== '') add(sheet, 'g', attributes, content);
}

/** A smooth line through points (Catmull-Rom). */
export function smooth(points: readonly Point[], lead: 'M' | 'L' = 'M'): string {
  const at = (i: number): Point => points[Math.max(0, Math.min(points.length - 1, i))]!;
  let path = `${lead}${num(at(0)[0])} ${num(at(0)[1])}`;
  for (let i = 0; i < points.length - 1; i += 1) {
    const [before, from, to, after] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    const handles = [
      from[0] + (to[0] - before[0]) / 6,
      from[1] + (to[1] - before[1]) / 6,
      to[0] - (after[0] - from[0]) / 6,
      to[1] - (after[1] - from[1]) / 6,
      to[0],
      to[1],
    ];
    path += `C${handles.map(num).join(' ')}`;
  }
  return path;
}

/** A closed smooth outline through points. */
export function outline(points: readonly Point[]): string {
  const count = points.length;
  const around = [-1, 0, ...points.keys(), count, count + 1].map(
    (i) => points[(i + count) % count]!,
  );
  // Two points of overlap on both sides give the seam the same curve as everywhere else.
  const segments = smooth(around).split('C');
  const start = points[0]!;
  return `M${num(start[0])} ${num(start[1])}C${segments.slice(3, 3 + count).join('C')}Z`;
}

/** The whole drawing as an SVG document. */
export function toSvg(sheet: Sheet, width: number, height: number): string {
  return tag(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      'xmlns:xlink': 'http://www.w3.org/1999/xlink',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
    },
    `${sheet.defs.length > 0 ? `<defs>${sheet.defs.join('')}</defs>` : ''}${sheet.body.join('')}`,
  );
}
