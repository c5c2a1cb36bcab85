import type {
  VueAttribute,
  VueDirective,
  VueElement,
  VueExpression,
  VueLocation,
  VueNode,
  VueProp,
} from './types.ts';

/** Makes code. */
export function createExpression(content: string, loc: VueLocation): VueExpression {
  return { type: 4, content, isStatic: false, constType: 0, loc };
}

/** Makes `:name="code"`, or `v-bind="code"` when there is no name. */
export function bind(name: string | null, code: string, loc: VueLocation): VueDirective {
  return {
    type: 7,
    name: 'bind',
    rawName: name === null ? 'v-bind' : `:${name}`,
    exp: createExpression(code, loc),
    arg: name === null ? undefined : { type: 4, content: name, isStatic: true, constType: 3, loc },
    modifiers: [],
    loc,
  };
}

/** Makes `v-for="item in list"`. */
export function repeatFor(item: string, list: string, loc: VueLocation): VueDirective {
  return {
    type: 7,
    name: 'for',
    rawName: 'v-for',
    exp: createExpression(`${item} in ${list}`, loc),
    arg: undefined,
    modifiers: [],
    // What the parser would have read from the text.
    forParseResult: {
      source: createExpression(list, loc),
      value: createExpression(item, loc),
      key: undefined,
      index: undefined,
      finalized: false,
    },
    loc,
  };
}

/** Makes an element in the place of another. */
export function createElement(
  tag: string,
  props: readonly VueProp[],
  children: readonly VueNode[],
  { ns, loc }: VueElement,
): VueElement {
  return {
    type: 1,
    ns,
    tag,
    tagType: 0,
    props: [...props],
    children: [...children],
    isSelfClosing: false,
    loc,
    codegenNode: undefined,
  };
}

/** An attribute that is not bound. */
export function staticProp({ props }: VueElement, name: string): VueAttribute | undefined {
  return props.find((prop): prop is VueAttribute => prop.type === 6 && prop.name === name);
}

/** Writes the object of everything that an `<img>` has of its picture, placeholder included. */
export function writeImageObject(image: string, element: VueElement): string {
  const { width, height } = scaleSize(image, element);
  const first = staticProp(element, 'fetchpriority')?.value?.content.trim() === 'high';
  const paint = `${image}.placeholder`;
  const fields: Readonly<Record<string, string>> = {
    // Firefox begins to load with `src`, whatever `loading` says afterwards.
    loading: first ? '"eager"' : `${image}.priority ? "eager" : ${image}.loading`,
    decoding: '"async"',
    fetchpriority: `${image}.priority ? "high" : undefined`,
    sizes: `${image}.sizes`,
    srcset: `${image}.srcset`,
    src: `${image}.src`,
    width,
    height,
    alt: `${image}.alt`,
    style: `${paint}.paint === false ? undefined : { backgroundColor: ${paint}.color, ...(${paint}.dataUri ? { backgroundImage: "url(" + ${paint}.dataUri + ")", backgroundPosition: "center", backgroundRepeat: "no-repeat", backgroundSize: "cover" } : {}) }`,
  };
  const written = Object.entries(fields).map(([name, code]) => `${name}: ${code}`);
  return `{ ${written.join(', ')} }`;
}

/** With one side given the other follows, or the browser would distort the picture. */
function scaleSize(image: string, element: VueElement): { width: string; height: string } {
  const side = (name: string): number =>
    Number(staticProp(element, name)?.value?.content || Number.NaN);
  const width = side('width');
  const height = side('height');
  const follow = (given: number, from: string, to: string): string =>
    `Math.round(${given} * ${image}.${to} / ${image}.${from})`;
  return {
    width: height > 0 && !(width > 0) ? follow(height, 'height', 'width') : `${image}.width`,
    height: width > 0 && !(height > 0) ? follow(width, 'width', 'height') : `${image}.height`,
  };
}
