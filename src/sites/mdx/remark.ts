import { ImagePromptError } from '../../errors.ts';
import { isReference } from '../../plugin/references.ts';
import { toImport } from '../to-import.ts';
import type { MdxAttribute, MdxNode } from './types.ts';

/** Options of the plugin. */
export interface RemarkMdxOptions {
  /**
   * Module that has the component, as `Picture`.
   * @default 'unplugin-image-prompt/react'
   */
  component?: string;
}

/** A plugin for remark: takes the tree, and changes it. */
export type RemarkMdx = (options?: RemarkMdxOptions) => (tree: unknown, file?: unknown) => void;

const ELEMENTS = new Set(['mdxJsxFlowElement', 'mdxJsxTextElement']);
/** Characters that nobody writes at the beginning of a name. */
const PREFIX = '_imagePrompt';
const DEFAULT_COMPONENT = 'unplugin-image-prompt/react';

/**
 * Makes a component of each image of an MDX page that names a spec, and imports the spec: what the import gives is the
 * bundler's business, so rendered pages are never stale.
 */
export const remarkMdx: RemarkMdx = ({ component = DEFAULT_COMPONENT } = {}) => {
  return (given, page) => {
    const tree = given as MdxNode;
    const file = String((page as { path?: string } | undefined)?.path ?? 'a page');
    const specs = new Map<string, string>();
    const nameOf = (url: string): string => {
      const path = toImport(url);
      const name = specs.get(path) ?? `${PREFIX}${specs.size}`;
      specs.set(path, name);
      return name;
    };
    rewriteChildren(tree, { definitions: findDefinitions(tree), nameOf, file });
    if (specs.size === 0) return;
    const imports = [...specs].map(([path, name]) => importDefault(name, path));
    tree.children?.unshift(writeImports([importPicture(component), ...imports]));
  };
};

interface Work {
  definitions: ReadonlyMap<string, MdxNode>;
  nameOf: (url: string) => string;
  /** For messages. */
  file: string;
}

function rewriteChildren(parent: MdxNode, work: Work): void {
  const { definitions, nameOf } = work;
  parent.children = parent.children?.map((child) => {
    // A picture of the author's own has its say before its parts have.
    if (ELEMENTS.has(child.type)) assertRewritable(child, parent, work);
    rewriteChildren(child, work);
    if (child.type === 'image') return rewriteImage(child, child, nameOf);
    if (child.type === 'imageReference') {
      const definition = definitions.get(String(child['identifier']).toLowerCase());
      return definition ? rewriteImage(child, definition, nameOf) : child;
    }
    if (ELEMENTS.has(child.type) && child['name'] === 'img') return rewriteElement(child, nameOf);
    return child;
  });
  if (parent.children === undefined) delete parent.children;
}

/** Attributes that a browser asks for as files. */
const FILES = new Set(['src', 'srcSet', 'srcset', 'poster']);

/** What a component cannot stand for must not be published as it is: only some sites look over what they publish. */
function assertRewritable(element: MdxNode, parent: MdxNode, { file }: Work): void {
  const { name } = element;
  for (const { name: attribute = '', value } of (element['attributes'] ?? []) as MdxAttribute[]) {
    if (!FILES.has(attribute) || typeof value !== 'string') continue;
    if (!value.split(/[\s,]+/).some((one) => isReference(one))) continue;
    if (name === 'img' && attribute === 'src' && parent['name'] !== 'picture') continue;
    // Components take what they like.
    if (!/^[a-z]/.test(String(name))) continue;
    const { line = 0 } = (element['position'] as { start?: { line?: number } })?.start ?? {};
    throw new ImagePromptError(
      'LEAK_RAW',
      `${file}:${line}: no picture can stand in <${name} ${attribute}>${name === 'img' ? ' of a <picture>' : ''}: ${value}`,
      {
        file,
        hint: 'Write `sources` into the spec for other pictures on other screens (docs/art-direction.md), or import it: `<video poster={picture.src}>`.',
      },
    );
  }
}

/** `![alt](./hero.image.yaml "title")`: without an alt the picture has the spec's. */
function rewriteImage(
  image: MdxNode,
  { url, title }: MdxNode,
  nameOf: (url: string) => string,
): MdxNode {
  const { alt, position } = image;
  const path = String(url ?? '');
  if (!isReference(path)) return image;
  const texts = Object.entries({ alt, title }).filter(([, value]) => value);
  const attributes = [
    imageAttribute(nameOf(path)),
    ...texts.map(([name, value]) => ({ type: 'mdxJsxAttribute', name, value })),
  ];
  return {
    type: 'mdxJsxTextElement',
    name: `${PREFIX}Picture`,
    attributes,
    children: [],
    ...(position ? { position } : {}),
  };
}

/** `<img src="./hero.image.yaml" />` of the author. */
function rewriteElement(element: MdxNode, nameOf: (url: string) => string): MdxNode {
  const attributes = element['attributes'] as MdxAttribute[];
  const src = attributes.find(({ name }) => name === 'src')?.value;
  if (typeof src !== 'string' || !isReference(src)) return element;
  const kept = attributes.filter(({ name }) => name !== 'src');
  return {
    ...element,
    name: `${PREFIX}Picture`,
    attributes: [imageAttribute(nameOf(src)), ...kept],
  };
}

function findDefinitions(node: MdxNode, found = new Map<string, MdxNode>()): Map<string, MdxNode> {
  if (node.type === 'definition') found.set(String(node['identifier']).toLowerCase(), node);
  for (const child of node.children ?? []) findDefinitions(child, found);
  return found;
}

/** `image={name}`. MDX reads the syntax tree of code, and not its text. */
function imageAttribute(name: string): MdxAttribute {
  const expression = { type: 'Identifier', name };
  const estree = {
    type: 'Program',
    sourceType: 'module',
    body: [{ type: 'ExpressionStatement', expression }],
    comments: [],
  };
  return {
    type: 'mdxJsxAttribute',
    name: 'image',
    value: { type: 'mdxJsxAttributeValueExpression', value: name, data: { estree } },
  };
}

function importDefault(name: string, path: string): object {
  return declareImport(path, [
    { type: 'ImportDefaultSpecifier', local: { type: 'Identifier', name } },
  ]);
}

function importPicture(path: string): object {
  const local = { type: 'Identifier', name: `${PREFIX}Picture` };
  const imported = { type: 'Identifier', name: 'Picture' };
  return declareImport(path, [{ type: 'ImportSpecifier', imported, local }]);
}

function declareImport(path: string, specifiers: object[]): object {
  const source = { type: 'Literal', value: path, raw: JSON.stringify(path) };
  return { type: 'ImportDeclaration', specifiers, source, attributes: [] };
}

function writeImports(body: object[]): MdxNode {
  const estree = { type: 'Program', sourceType: 'module', body, comments: [] };
  return { type: 'mdxjsEsm', value: '', data: { estree } };
}
