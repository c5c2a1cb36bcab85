import { isReference, MAY_REFER } from '../../plugin/references.ts';
import { applyEdits, type Edit } from '../../plugin/text-edits.ts';
import type { SvelteAttribute, SvelteNode, SvelteRoot } from './types.ts';
import { writeImageObject } from './write-image.ts';

/** A preprocessor, as `preprocess` of `svelte.config.js` takes it. */
export interface SveltePreprocessor {
  name: string;
  markup(file: { content: string; filename?: string }): Promise<{ code: string } | undefined>;
}

/**
 * Makes a `<picture>` of each `<img src="./hero.image.yaml">` of components, and of pages that mdsvex makes components of:
 * put it after that. It only names the spec, as an import: what that holds, bundler and dev server know.
 * @example preprocess: [mdsvex(), imagePromptPreprocess()]
 */
export function imagePromptPreprocess(): SveltePreprocessor {
  return {
    name: 'image-prompt',
    async markup({ content, filename = '' }) {
      if (!MAY_REFER.test(content)) return undefined;
      const root = await parseMarkup(content);
      if (root === null) return undefined;
      const emptyAltSaysNothing = /\.(?:md|svx|markdown|mdx)$/i.test(filename);
      const specs = new Map<string, string>();
      const edits: Edit[] = [];
      for (const { node, parent } of elementsOf(root.fragment, '')) {
        if (node.name !== 'img') continue;
        const src = textOf(node, 'src');
        if (src === null || !isReference(src)) continue;
        const path = toImport(src);
        const name = specs.get(path) ?? `_imagePrompt${specs.size}`;
        specs.set(path, name);
        const text = writePicture(content, node, { name, emptyAltSaysNothing, parent });
        edits.push({ start: node.start, end: node.end, text });
      }
      if (specs.size === 0) return undefined;
      const imports = [...specs].map(
        ([path, name]) => `import ${name} from ${JSON.stringify(path)};`,
      );
      const at = root.instance?.content.start ?? 0;
      const text = root.instance
        ? `\n${imports.join('\n')}\n`
        : `<script>\n${imports.join('\n')}\n</script>\n`;
      return { code: applyEdits(content, [...edits, { start: at, end: at, text }]) };
    },
  };
}

/** Null for what Svelte does not understand: it says so itself, with the place. */
async function parseMarkup(content: string): Promise<SvelteRoot | null> {
  const { parse } = await import('svelte/compiler');
  // Scripts and styles may be in any language; only their places count.
  const plain = content.replace(
    /(<(script|style)\b[^>]*>)([\s\S]*?)(<\/\2\s*>)/gi,
    (_, open: string, _tag, inner: string, close: string) =>
      `${open}${inner.replace(/[^\n]/g, ' ')}${close}`,
  );
  try {
    return parse(plain, { modern: true }) as unknown as SvelteRoot;
  } catch {
    return null;
  }
}

/** Every element below a node, with the name of the element around it. */
function* elementsOf(
  node: unknown,
  parent: string,
): Generator<{ node: SvelteNode; parent: string }> {
  if (typeof node !== 'object' || node === null) return;
  const { type, name } = node as Partial<SvelteNode>;
  const isElement = type === 'RegularElement';
  if (isElement) yield { node: node as SvelteNode, parent };
  const inner = isElement ? (name ?? '') : parent;
  for (const [field, value] of Object.entries(node)) {
    // What is no markup has no elements.
    if (field === 'attributes' || field === 'expression') continue;
    if (typeof value === 'object') yield* elementsOf(value, inner);
  }
}

function writePicture(
  content: string,
  node: SvelteNode,
  {
    name,
    emptyAltSaysNothing,
    parent,
  }: { name: string; emptyAltSaysNothing: boolean; parent: string },
): string {
  const attributes = node.attributes ?? [];
  const dropsAlt = emptyAltSaysNothing && textOf(node, 'alt')?.trim() === '';
  const kept = attributes.filter((one) => one.name !== 'src' && !(dropsAlt && one.name === 'alt'));
  const textFor = (one: SvelteAttribute): string => content.slice(one.start, one.end);
  const size = { width: Number(textOf(node, 'width')), height: Number(textOf(node, 'height')) };
  const both = size.width > 0 && size.height > 0 ? { width: 0, height: 0 } : size;
  const img = ['<img', `{...${writeImageObject(name, both)}}`, ...kept.map(textFor), '/>'].join(
    ' ',
  );
  // Files that the author lists win over ours.
  if (kept.some((one) => one.name === 'srcset'))
    return parent === 'picture' ? img : `<picture>${img}</picture>`;
  const sizes = kept.filter((one) => one.name === 'sizes').map((one) => ` ${textFor(one)}`);
  const source = `<source {...${name}_source}${sizes.join('')} />`;
  const all = `{#each ${name}.sources as ${name}_source}${source}{/each}${img}`;
  return parent === 'picture' ? all : `<picture>${all}</picture>`;
}

/** The text of an attribute; null when it is code, or not there. */
function textOf({ attributes = [] }: SvelteNode, name: string): string | null {
  const found = attributes.find((one) => one.type === 'Attribute' && one.name === name);
  const [first, ...more] = Array.isArray(found?.value) ? (found.value as SvelteNode[]) : [];
  return first?.type === 'Text' && more.length === 0 ? String(first['data']) : null;
}

/** Without a dot it would be a package. */
function toImport(src: string): string {
  let path = src.trim();
  try {
    path = decodeURI(path);
  } catch {
    // What is no encoding stays as it is.
  }
  return /^(?:[./@~$]|#)/.test(path) ? path : `./${path}`;
}
