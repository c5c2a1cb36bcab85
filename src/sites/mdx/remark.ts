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
export type RemarkMdx = (options?: RemarkMdxOptions) => (tree: unknown) => void;

const ELEMENTS = new Set(['mdxJsxFlowElement', 'mdxJsxTextElement']);
/** Characters that nobody writes at the beginning of a name. */
const PREFIX = '_imagePrompt';
const DEFAULT_COMPONENT = 'unplugin-image-prompt/react';

/**
 * Makes a component of each image of an MDX page that names a spec, and imports the spec: what the import gives is the
 * bundler's business, so rendered pages are never stale.
 */
export const remarkMdx: RemarkMdx = ({ component = DEFAULT_COMPONENT } = {}) => {
  return (given) => {
    const tree = given as MdxNode;
    const specs = new Map<string, string>();
    const nameOf = (url: string): string => {
      const path = toImport(url);
      const name = specs.get(path) ?? `${PREFIX}${specs.size}`;
      specs.set(path, name);
      return name;
    };
    rewriteChildren(tree, findDefinitions(tree), nameOf);
    if (specs.size === 0) return;
    const imports = [...specs].map(([path, name]) => importDefault(name, path));
    tree.children?.unshift(writeImports([importPicture(component), ...imports]));
  };
};

function rewriteChildren(
  parent: MdxNode,
  definitions: ReadonlyMap<string, MdxNode>,
  nameOf: (url: string) => string,
): void {
  parent.children = parent.children?.map((child) => {
    rewriteChildren(child, definitions, nameOf);
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
