import { existsSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Plugin, ViteDevServer } from 'vite';
import { ImagePromptError } from '../../errors.ts';
import { SPEC_ID, splitId } from '../../plugin/ids.ts';
import { locateReference } from '../../plugin/references.ts';
import { nameContentSpec, rewriteParsed } from './content-names.ts';
import { createContentPlugin, reloadPictures } from './content-plugin.ts';
import { findContent } from './find-content.ts';
import type { Nuxt, NuxtComponent, ParsedFile } from './types.ts';

/** What content needs of the module. */
export interface ContentOptions {
  /** Absolute path of the project, where the store lies. */
  root: string;
  /** Absolute paths of the folders of content; `/` in one of their files is the folder. */
  folders: readonly string[];
  /** Absolute path of the component for images of Markdown. */
  proseImg: string;
  warn(message: string): void;
}

/** Pictures in what Nuxt Content reads. */
export interface NuxtContent {
  /** For one configuration of Vite. */
  createPlugin(): Plugin;
}

/** Has Nuxt Content name specs, and the component that shows its images find them. */
export function connectContent(
  nuxt: Nuxt,
  { root, folders, proseImg, warn }: ContentOptions,
): NuxtContent {
  const servers = new Set<ViteDevServer>();
  let plain: string | null = null;
  /** By the absolute path of each file of content. */
  let named: Promise<Map<string, Set<string>>> | null = null;
  const contentOf = (): Promise<Map<string, Set<string>>> => (named ??= findContent(folders));

  const locate = (reference: string, file: string): string => {
    const folder = folders.find((one) => isBelow(file, one)) ?? folders[0] ?? root;
    const request = locateReference(reference, { file, root: folder });
    return `${request.file}${splitId(reference.trim()).query}`;
  };

  markCaches(nuxt);
  nuxt.hook('content:file:afterParse', async (parsed: ParsedFile) => {
    const { path } = parsed.file;
    if (path === undefined) return;
    if (SPEC_ID.test(path)) {
      warn(
        `${relative(root, path)} is read as content, and left empty there. Have the collection leave specs out: \`source: '**/*.md'\`.`,
      );
      parsed.content = { id: parsed.content.id, meta: {}, __metadata: {} };
      return;
    }
    const references = new Set<string>();
    rewriteParsed(parsed, (reference) => {
      references.add(reference);
      return nameContentSpec(locate(reference, path), root);
    });
    if (nuxt.options.dev) await follow(path, references);
  });

  /** A page that was edited in dev may name what nobody has named before. */
  async function follow(path: string, references: Set<string>): Promise<void> {
    const content = await contentOf();
    const before = content.get(path);
    content.set(path, references);
    if ([...references].some((one) => !before?.has(one))) reloadPictures(servers);
  }

  nuxt.hook('components:extend', (components: NuxtComponent[]) => {
    const known = components.find(({ pascalName }) => pascalName === 'ProseImg');
    if (known === undefined) return;
    // The author's own, or that of Nuxt Content.
    if (known.filePath !== proseImg) plain = known.filePath;
    Object.assign(known, { filePath: proseImg, shortPath: proseImg, export: 'default' });
  });

  const pictures = async (): Promise<Map<string, string>> => {
    const found = new Map<string, string>();
    for (const [file, references] of await contentOf()) {
      for (const reference of references) {
        const id = locate(reference, file);
        if (!existsSync(splitId(id).path) && !nuxt.options.dev)
          throw missing(reference, file, root);
        found.set(nameContentSpec(id, root), id);
      }
    }
    return found;
  };

  return { createPlugin: () => createContentPlugin({ pictures, plain: () => plain }, servers) };
}

/**
 * Nuxt Content keeps what it has parsed by its text and by these options: without a mark of ours it would go on with what
 * it parsed when nobody named specs.
 */
function markCaches({ options }: Nuxt): void {
  options.content ??= {};
  options.content.build ??= {};
  options.content.build.markdown ??= {};
  options.content.build.markdown['imagePrompt'] = 1;
}

function isBelow(file: string, folder: string): boolean {
  const path = relative(folder, file);
  return !path.startsWith('..') && !isAbsolute(path);
}

function missing(reference: string, file: string, root: string): ImagePromptError {
  const name = relative(root, file);
  return new ImagePromptError(
    'SPEC_READ',
    `${name} names a spec that does not exist: ${reference}`,
    {
      file: name,
      hint: 'Check the path: it is relative to the file, or to the folder of content when it begins with `/`.',
    },
  );
}

/** The folders of content of a site and of the layers that it extends. */
export function listContentFolders({ options }: Nuxt, given: readonly string[]): string[] {
  const layers = (options['_layers'] as { config: { rootDir: string } }[] | undefined) ?? [];
  const roots = [options.rootDir, ...layers.map(({ config }) => config.rootDir)];
  const folders = roots.flatMap((root) => given.map((one) => resolve(root, one)));
  return [...new Set(folders)].filter((folder) => existsSync(join(folder, '.')));
}
