import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { splitId } from '../../plugin/ids.ts';
import { decodePath, isReference, locatePath, MAY_REFER } from '../../plugin/references.ts';
import { writeAlias } from './alias.ts';
import type { MarkdownNode, MarkdownProcessor } from './types.ts';

/** What a plugin of Sätteri is given with each node. */
interface SatteriContext {
  fileURL: URL | undefined;
  setProperty(node: MarkdownNode, key: string, value: unknown): void;
  replaceNode(node: MarkdownNode, other: MarkdownNode): void;
}

type SatteriVisitor = (node: MarkdownNode, context: SatteriContext) => void;

/** Where a document lies, and what `/` stands for. */
interface Place {
  /** Absolute path of the document. */
  file: string;
  root: string;
}

/**
 * Has a processor name specs so that Astro takes them for images. What it renders only *names* them: Astro keeps it by
 * the text of the page, and would show the pictures of yesterday.
 * @returns whether the processor is known
 */
export function teachProcessor(processor: MarkdownProcessor | undefined, root: string): boolean {
  if (processor?.name === 'satteri' && processor.options.mdastPlugins) {
    processor.options.mdastPlugins.push(() => createSatteriPlugin(root));
    return true;
  }
  if (processor?.name === 'unified' && processor.options.remarkPlugins) {
    processor.options.remarkPlugins.push(() => createRemarkTransform(root));
    return true;
  }
  return false;
}

/** A plugin of Sätteri, for one document. */
function createSatteriPlugin(root: string): object {
  let definitions: ReadonlyMap<string, string> = new Map();
  const visit: SatteriVisitor = (node, context) => {
    const file = context.fileURL === undefined ? join(root, 'x') : fileURLToPath(context.fileURL);
    const change = rewriteNode(node, definitions, { file, root });
    if (change === null) return;
    if (change.type !== undefined) context.replaceNode(node, change as MarkdownNode);
    else for (const [key, value] of Object.entries(change)) context.setProperty(node, key, value);
  };
  return {
    name: 'image-prompt',
    before(tree: MarkdownNode) {
      definitions = listDefinitions(tree);
    },
    image: visit,
    imageReference: visit,
    html: visit,
    mdxJsxFlowElement: visit,
    mdxJsxTextElement: visit,
  };
}

/** A plugin of remark. */
function createRemarkTransform(root: string): (tree: MarkdownNode, file: { path: string }) => void {
  return (tree, { path }) => {
    const definitions = listDefinitions(tree);
    const file = path.startsWith('file:') ? fileURLToPath(path) : path;
    const walk = (node: MarkdownNode): void => {
      Object.assign(node, rewriteNode(node, definitions, { file, root }));
      for (const child of node.children ?? []) walk(child);
    };
    walk(tree);
  };
}

/** Definitions of references whose URL is that of a spec. */
function listDefinitions(tree: MarkdownNode): Map<string, string> {
  const definitions = new Map<string, string>();
  const walk = ({ type, identifier, url, children }: MarkdownNode): void => {
    if (type === 'definition' && identifier && url && isReference(url)) {
      definitions.set(identifier, url);
    }
    for (const child of children ?? []) walk(child);
  };
  walk(tree);
  return definitions;
}

/** What changes about a node that names a spec; with a type it is another node. */
function rewriteNode(
  node: MarkdownNode,
  definitions: ReadonlyMap<string, string>,
  place: Place,
): Partial<MarkdownNode> | null {
  const { type, url, alt, value, name, attributes } = node;
  if (type === 'image' && url && isReference(url)) return { url: aliasFor(url, alt, place) };
  if (type === 'imageReference') {
    const defined = definitions.get(node.identifier ?? '');
    if (defined === undefined) return null;
    return { type: 'image', url: aliasFor(defined, alt, place), alt: alt ?? '', title: null };
  }
  if (type === 'html' && value && MAY_REFER.test(value)) return { value: rootPaths(value, place) };
  // Elements of MDX.
  if (name !== 'img' && name !== 'source') return null;
  const named = (attributes ?? []).map((attribute) =>
    (attribute.name === 'src' || attribute.name === 'srcset') &&
    typeof attribute.value === 'string' &&
    isReference(attribute.value)
      ? { ...attribute, value: toRootPath(attribute.value, place) }
      : attribute,
  );
  if (named.every((one, i) => one === attributes![i])) return null;
  // Sätteri sets no attributes of a node that is there.
  return { type, name, attributes: named, children: node.children ?? [] };
}

/** An image of Markdown; Astro passes over what begins with `/`. */
function aliasFor(url: string, alt: string | null | undefined, { file, root }: Place): string {
  const alias = writeAlias(url.trim(), alt ? 'markdown' : 'markdown-alt');
  if (!alias.startsWith('/')) return alias;
  const { path } = splitId(url.trim());
  const target = locatePath(decodePath(path), { file, root });
  const near = relative(dirname(file), target).replaceAll('\\', '/');
  return `${near.startsWith('.') ? '' : './'}${encodeURI(near)}${alias.slice(path.length)}`;
}

/** A comment, or a start tag; text about tags has its `<` escaped. */
const TAG = /<!--[\s\S]*?-->|<[a-z][\w:-]*(?:"[^"]*"|'[^']*'|[^"'>])*>/gi;
const ATTRIBUTE = /([^\s"'<>/=]+)(\s*=\s*)(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g;

/** Raw HTML is rewritten when the page is finished, and nobody knows any more where it came from. */
function rootPaths(html: string, place: Place): string {
  return html.replace(TAG, (tag) =>
    tag.startsWith('<!--') ? tag : tag.replace(ATTRIBUTE, rewriteAttribute),
  );

  function rewriteAttribute(
    whole: string,
    name: string,
    equals: string,
    ...values: (string | undefined)[]
  ): string {
    if (!/^(?:src|srcset|poster)$/i.test(name)) return whole;
    const value = values.slice(0, 3).find((one) => one !== undefined) ?? '';
    return isReference(value) ? `${name}${equals}"${toRootPath(value, place)}"` : whole;
  }
}

/** A reference as the root has it: `/src/content/hero.image.yaml`. */
function toRootPath(reference: string, { file, root }: Place): string {
  const { path, query } = splitId(reference.trim());
  if (path.startsWith('/')) return reference;
  const target = locatePath(decodePath(path), { file, root });
  const below = relative(root, target).replaceAll('\\', '/');
  const at = below.startsWith('..') ? target.replaceAll('\\', '/') : `/${below}`;
  return `${encodeURI(at)}${query}`;
}
