import { ImagePromptError } from '../../errors.ts';
import { hasReference } from '../../plugin/html/rewrite-page.ts';
import { MAY_REFER } from '../../plugin/references.ts';
import { applyEdits, type Edit } from '../../plugin/text-edits.ts';
import { toImport } from '../to-import.ts';
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
      const nameOf = (reference: string): string => {
        const path = toImport(reference);
        const name = specs.get(path) ?? `_imagePrompt${specs.size}`;
        specs.set(path, name);
        return name;
      };
      for (const { node, parent } of elementsOf(root.fragment, '')) {
        for (const { attribute, value } of findReferences(node)) {
          const written = writeElement(content, node, {
            ...{ attribute, parent, emptyAltSaysNothing },
            name: nameOf(value),
          });
          if (written === null) throw refuse(content, filename, { node, attribute, value });
          edits.push(written);
        }
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

/** A comment, or a script or style with its content; an attribute may hold `>`. */
const CODE =
  /<!--[\s\S]*?-->|(<(script|style)\b(?:"[^"]*"|'[^']*'|[^"'>])*>)([\s\S]*?)(<\/\2\s*>)/gi;

/** Null for what Svelte does not understand: it says so itself, with the place. */
async function parseMarkup(content: string): Promise<SvelteRoot | null> {
  const { parse } = await import('svelte/compiler');
  // Scripts and styles may be in any language; only their places count.
  const plain = content.replace(
    CODE,
    (whole, open: string | undefined, _tag, inner: string, close: string) =>
      open === undefined ? whole : `${open}${inner.replace(/[^\n]/g, ' ')}${close}`,
  );
  for (const text of [plain, content]) {
    try {
      return parse(text, { modern: true }) as unknown as SvelteRoot;
    } catch {
      // Svelte reads TypeScript by itself, and may find its way where the blanks were in the wrong places.
    }
  }
  return null;
}

/** Attributes that hold a spec as text, and that a browser would ask for. */
function findReferences(node: SvelteNode): { attribute: string; value: string }[] {
  const attributes = new Map(
    (node.attributes ?? []).flatMap(({ name = '' }) => {
      const value = textOf(node, name);
      return value === null ? [] : [[name, value] as const];
    }),
  );
  const element = { tag: node.name ?? '', attributes };
  return [...attributes]
    .filter(([attribute, value]) => hasReference(attribute, value, element))
    .map(([attribute, value]) => ({ attribute, value }));
}

/** What stands in place of an element; null where no picture can. */
function writeElement(
  content: string,
  node: SvelteNode,
  how: { attribute: string; name: string; emptyAltSaysNothing: boolean; parent: string },
): Edit | null {
  const { attribute, name, parent } = how;
  const { start, end } = node;
  if (node.name === 'img' && attribute === 'src')
    return { start, end, text: writePicture(content, node, how) };
  if (node.name === 'source' && attribute === 'srcset' && parent === 'picture')
    return { start, end, text: writeSources(content, node, name) };
  if (node.name !== 'video' || attribute !== 'poster') return null;
  const given = node.attributes!.find((one) => one.name === 'poster')!;
  return { start: given.start, end: given.end, text: `poster={${name}.src}` };
}

/** A source of art direction: each format of its picture, and then the one that all browsers know. */
function writeSources(content: string, node: SvelteNode, name: string): string {
  const kept = (node.attributes ?? [])
    .filter((one) => one.name !== 'srcset' && one.name !== 'type')
    .map((one) => ` ${content.slice(one.start, one.end)}`)
    .join('');
  const size = `width={${name}.width} height={${name}.height}`;
  const each = `{#each ${name}.sources as ${name}_source}<source ${size} {...${name}_source}${kept} />{/each}`;
  return `${each}<source ${size} srcset={${name}.srcset} sizes={${name}.sizes}${kept} />`;
}

function refuse(
  content: string,
  file: string,
  { node, attribute, value }: { node: SvelteNode; attribute: string; value: string },
): ImagePromptError {
  const line = content.slice(0, node.start).split('\n').length;
  return new ImagePromptError(
    'LEAK_RAW',
    `${file}:${line}: no picture can stand in <${node.name} ${attribute}>: ${value}`,
    {
      file,
      hint: `Import the spec, and write what is meant: \`import picture from '${value}'\`, \`${attribute}={picture.src}\`.`,
    },
  );
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
  // Directives may have the same names.
  const isDropped = (one: SvelteAttribute): boolean =>
    one.type === 'Attribute' && (one.name === 'src' || (dropsAlt && one.name === 'alt'));
  const kept = attributes.filter((one) => !isDropped(one));
  const textFor = (one: SvelteAttribute): string => content.slice(one.start, one.end);
  const size = { width: Number(textOf(node, 'width')), height: Number(textOf(node, 'height')) };
  const both = size.width > 0 && size.height > 0 ? { width: 0, height: 0 } : size;
  const first = textOf(node, 'fetchpriority') === 'high';
  const all = `{...${writeImageObject(name, { ...both, first })}}`;
  const img = ['<img', all, ...kept.map(textFor), '/>'].join(' ');
  // Files that the author lists win over ours.
  if (kept.some((one) => one.name === 'srcset'))
    return parent === 'picture' ? img : `<picture>${img}</picture>`;
  const sizes = kept.filter((one) => one.name === 'sizes').map((one) => ` ${textFor(one)}`);
  const source = `<source {...${name}_source}${sizes.join('')} />`;
  const whole = `{#each ${name}.sources as ${name}_source}${source}{/each}${img}`;
  return parent === 'picture' ? whole : `<picture>${whole}</picture>`;
}

/** The text of an attribute; null when it is code, or not there. */
function textOf({ attributes = [] }: SvelteNode, name: string): string | null {
  const found = attributes.find((one) => one.type === 'Attribute' && one.name === name);
  const [first, ...more] = Array.isArray(found?.value) ? (found.value as SvelteNode[]) : [];
  return first?.type === 'Text' && more.length === 0 ? String(first['data']) : null;
}
