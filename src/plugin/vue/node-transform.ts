import {
  bind,
  createElement,
  createExpression,
  repeatFor,
  staticProp,
  writeImageObject,
} from './nodes.ts';
import type {
  VueContext,
  VueElement,
  VueExpression,
  VueNode,
  VueNodeTransform,
  VueProp,
} from './types.ts';

/**
 * The same as `SPEC_ID` and `isElsewhere`: written out, since who imports the component in a browser imports this file
 * too, and must get nothing of Node with it.
 */
const SPEC = /\.image\.ya?ml(?:[?#]|$)/i;
const ELSEWHERE = /^(?:[a-z][a-z0-9+.-]+:|\/\/|#)/i;
/** As in `ids.ts`: there is room for one picture alone. */
const ONE = 'single-picture';
/** Attributes that take one file. */
const SINGLE: ReadonlyMap<string, readonly string[]> = new Map([
  ['video', ['poster']],
  ['input', ['src']],
  ['image', ['href', 'xlink:href']],
]);
/** Directives that decide whether, and how often, the whole picture is there. */
const OUTER = new Set(['if', 'else-if', 'else', 'for', 'once', 'memo', 'slot']);

/** What one template gets. */
interface Work {
  context: VueContext;
  /** As in what Markdown makes of `![](./hero.image.yaml)`. */
  emptyAltSaysNothing: boolean;
}

/**
 * Makes a `<picture>` of each `<img src="./hero.image.yaml">` of Vue templates, and of the pages that others make
 * templates of. It only names the spec, as an import: what that holds, bundler and dev server know. The plugin for Vite
 * adds it by itself.
 * @example vue({ template: { compilerOptions: { nodeTransforms: [imagePromptNodeTransform()] } } })
 */
export function imagePromptNodeTransform(): VueNodeTransform {
  return (node, given) => {
    const root = node as VueNode;
    // The root comes first, before the compiler looks at any element: it would import what `src` names itself.
    if (root.type !== 0) return;
    const context = given as VueContext;
    const emptyAltSaysNothing = /\.(?:md|markdown|mdx)$/i.test(context.filename ?? '');
    rewriteChildren(root, '', { context, emptyAltSaysNothing });
  };
}

function rewriteChildren(parent: VueNode, tag: string, work: Work): void {
  if (!('children' in parent) || !Array.isArray(parent.children)) return;
  const children = parent.children as VueNode[];
  const rewritten = children.flatMap((child) =>
    isElement(child) ? rewrite(child, tag, work) : child,
  );
  children.splice(0, children.length, ...rewritten);
}

function isElement(node: VueNode): node is VueElement {
  return node.type === 1;
}

function rewrite(element: VueElement, parent: string, work: Work): VueNode[] {
  const { tag } = element;
  rewriteChildren(element, tag, work);
  if (tag === 'img') return rewriteImage(element, parent, work);
  if (tag === 'source' && parent === 'picture') return rewriteSource(element, work);
  for (const name of SINGLE.get(tag) ?? []) {
    const image = importOf(element, name, work);
    if (image) replaceProp(element, name, bind(name, `${image}.src`, element.loc));
  }
  return [element];
}

function rewriteImage(element: VueElement, parent: string, work: Work): VueNode[] {
  const image = importOf(element, 'src', work);
  if (image === null) return [element];
  const { loc } = element;
  const dropsAlt =
    work.emptyAltSaysNothing && staticProp(element, 'alt')?.value?.content.trim() === '';
  const kept = element.props.filter(
    (prop) => !isNamed(prop, 'src') && !(dropsAlt && isNamed(prop, 'alt')),
  );
  const outer = kept.filter(isOuter);
  const inner = kept.filter((prop) => !isOuter(prop));
  // Files that the author lists win over ours.
  const sources = kept.some((prop) => isNamed(prop, 'srcset'))
    ? []
    : [
        createSources(
          image,
          kept.filter((prop) => isNamed(prop, 'sizes')),
          element,
        ),
      ];
  const all = writeImageObject(image, element);
  // What the author says comes last, and wins; classes and styles are merged.
  const img: VueElement = { ...element, props: [bind(null, all, loc), ...inner] };
  if (parent === 'picture') return [...sources, img];
  return [createElement('picture', outer, [...sources, img], element)];
}

function rewriteSource(element: VueElement, work: Work): VueNode[] {
  const image = importOf(element, 'srcset', work);
  if (image === null) return [element];
  const kept = element.props.filter((prop) => !isNamed(prop, 'srcset') && !isNamed(prop, 'type'));
  const size = `{ width: ${image}.width, height: ${image}.height }`;
  const fallback = `{ srcset: ${image}.srcset, sizes: ${image}.sizes, width: ${image}.width, height: ${image}.height }`;
  return [
    createSources(image, [bind(null, size, element.loc), ...kept], element),
    createElement('source', [bind(null, fallback, element.loc), ...kept], [], element),
  ];
}

/** One `<source>` for each format, however many there are. */
function createSources(image: string, more: readonly VueProp[], like: VueElement): VueElement {
  const { loc } = like;
  const one = `${image}_source`;
  return createElement(
    'source',
    [repeatFor(one, `${image}.sources`, loc), bind(null, one, loc), ...more],
    [],
    like,
  );
}

/** The name under which the template imports what an attribute refers to; null when that is no spec. */
function importOf(element: VueElement, attribute: string, { context }: Work): string | null {
  const value = staticProp(element, attribute)?.value?.content.trim() ?? '';
  if (!SPEC.test(value) || ELSEWHERE.test(value)) return null;
  const decoded = decodePath(value);
  // Without a dot it would be a package.
  const relative = /^(?:[./@~]|#)/.test(decoded) ? decoded : `./${decoded}`;
  // The compiler puts it between quotes as it is.
  const path = `${relative}${relative.includes('?') ? '&' : '?'}${ONE}`.replace(/[\\']/g, '\\$&');
  const known = context.imports.find((one) => one.path === path);
  if (known) return known.exp.content;
  const name = `_imagePrompt_${context.imports.length}`;
  const exp: VueExpression = createExpression(name, element.loc);
  context.imports.push({ exp, path });
  context.addIdentifiers(name);
  return name;
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function replaceProp(element: VueElement, name: string, by: VueProp): void {
  element.props = element.props.map((prop) => (isNamed(prop, name) ? by : prop));
}

/** Whether a prop sets an attribute, bound or not. */
function isNamed(prop: VueProp, name: string): boolean {
  if (prop.type === 6) return prop.name === name;
  return prop.name === 'bind' && prop.arg?.content === name;
}

function isOuter(prop: VueProp): boolean {
  return isNamed(prop, 'key') || (prop.type === 7 && OUTER.has(prop.name));
}
