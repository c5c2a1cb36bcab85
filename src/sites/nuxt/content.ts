import { existsSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import type { Plugin, ViteDevServer } from 'vite';
import { ImagePromptError } from '../../errors.ts';
import { SPEC_ID, splitId } from '../../plugin/ids.ts';
import { locateReference } from '../../plugin/references.ts';
import { nameContentSpec, readContentNames, rewriteParsed } from './content-names.ts';
import { createContentPlugin, reloadPictures } from './content-plugin.ts';
import type { Nuxt, NuxtComponent, NuxtTemplate, ParsedFile } from './types.ts';
import { createSpecWaiter } from './wait-for-specs.ts';

/** What content needs of the module. */
export interface ContentOptions {
  /** Absolute path of the project, where the store lies. */
  root: string;
  /** Absolute path of the component for images of Markdown. */
  proseImg: string;
  warn(message: string): void;
}

/** Pictures in what Nuxt Content reads. */
export interface NuxtContent {
  /** For one configuration of Vite. */
  createPlugin(): Plugin;
}

/** The module of Nuxt Content, as configurations name it. */
export const CONTENT = '@nuxt/content';

/** The modules that a configuration names. */
export function listModules({ modules = [] }: Nuxt['options']): unknown[] {
  return modules.map((one) => (Array.isArray(one) ? (one as unknown[])[0] : one));
}

/** Everything of all collections, as Nuxt Content will publish it. */
const DUMP = 'content/sql_dump.txt';

/** Has Nuxt Content name specs, and the component that shows its images find them. */
export function connectContent(nuxt: Nuxt, { root, proseImg, warn }: ContentOptions): NuxtContent {
  const servers = new Set<ViteDevServer>();
  let plain: string | null = null;
  /** Which file has a name, of the files that were parsed in this run. */
  const namedBy = new Map<string, string>();

  markCaches(nuxt);
  nuxt.hook('content:file:afterParse', (parsed: ParsedFile) => {
    const { path } = parsed.file;
    if (path === undefined) return;
    if (SPEC_ID.test(path)) {
      warn(
        `${relative(root, path)} is read as content, and left empty there. Have the collection leave specs out: \`source: '**/*.md'\`.`,
      );
      parsed.content = { id: parsed.content.id, meta: {}, __metadata: {} };
      return;
    }
    const place = { file: path, root: findFolder(parsed) ?? nuxt.options.rootDir };
    rewriteParsed(parsed, (reference) => {
      const request = locateReference(reference, place);
      const name = nameContentSpec(`${request.file}${splitId(reference.trim()).query}`, root);
      namedBy.set(name, relative(root, path));
      return name;
    });
  });

  nuxt.hook('components:extend', (components: NuxtComponent[]) => {
    const known = components.find(({ pascalName }) => pascalName === 'ProseImg');
    if (known === undefined) return;
    // The author's own, or that of Nuxt Content.
    if (known.filePath !== proseImg) plain = known.filePath;
    Object.assign(known, { filePath: proseImg, shortPath: proseImg, export: 'default' });
  });

  /** What the collections name: files that were parsed in an earlier run, too, and none that no collection takes. */
  const readNames = async (): Promise<Map<string, string>> => {
    const dump = nuxt.options.build.templates.find(({ filename }) => filename === DUMP);
    if (dump === undefined && listModules(nuxt.options).includes(CONTENT)) {
      throw new ImagePromptError('CONFIG_INVALID', `${CONTENT} does not tell what it has stored.`, {
        hint: `3.6 or later is needed: npm install ${CONTENT}@latest`,
      });
    }
    return readContentNames(await readTemplate(nuxt, dump), root);
  };
  /** What each list of pictures holds that pages have loaded, by the environment of Vite. */
  const listed = new Map<string, ReadonlyMap<string, string>>();
  const isListed = (matters: (names: ReadonlyMap<string, string>) => boolean): boolean =>
    [...listed.values()].some(matters);
  /** Once: what no page loads again must not have others reloaded with every edit. */
  const renew = (): void => {
    listed.clear();
    reloadPictures(servers);
  };
  // Nuxt Content has its templates written whenever it has stored a file that was edited, parsed just now or long ago: it
  // may name what no page has named so far.
  nuxt.hook('builder:generateApp', async () => {
    if (!nuxt.options.dev || listed.size === 0) return;
    const names = [...(await readNames()).keys()];
    if (isListed((known) => names.some((name) => !known.has(name)))) renew();
  });

  const waiter = createSpecWaiter(renew);
  nuxt.hook('close', () => waiter.close());

  const pictures = async (environment: string): Promise<Map<string, string | Error>> => {
    const named = await readNames();
    listed.set(environment, named);
    const found = new Map<string, string | Error>(named);
    for (const [name, id] of named) {
      const { path } = splitId(id);
      if (existsSync(path)) continue;
      const error = missing(relative(root, path), namedBy.get(name));
      if (!nuxt.options.dev) throw error;
      // A dev server is there to mend it: one page says so, until it is there.
      found.set(name, error);
      waiter.waitFor(path);
    }
    return found;
  };

  /** From then on it is waited for: the watcher that has seen it go does not look into its folder. */
  const seeGone = (file: string): void => {
    const isGone = (id: string): boolean => splitId(id).path.replaceAll('\\', '/') === file;
    if (isListed((names) => [...names.values()].some(isGone))) renew();
  };

  const modules = { pictures, seeGone, isDev: nuxt.options.dev, plain: () => plain };
  return { createPlugin: () => createContentPlugin(modules, servers) };
}

async function readTemplate(nuxt: Nuxt, template: NuxtTemplate | undefined): Promise<string> {
  const { options } = template ?? {};
  return (await template?.getContents?.({ nuxt, app: null, options })) ?? '';
}

/** The folder of a file's collection: what `/` stands for. */
function findFolder({ file: { path }, collection }: ParsedFile): string | undefined {
  const folders = (collection?.source ?? []).flatMap(({ cwd }) => cwd ?? []);
  return folders.find((folder) => isBelow(path!, folder));
}

/**
 * Nuxt Content keeps what it has parsed by its text and by these options: without a mark of ours it would go on with what
 * it parsed when nobody named specs.
 */
function markCaches({ options }: Nuxt): void {
  options.content ??= {};
  options.content.build ??= {};
  options.content.build.markdown ??= {};
  options.content.build.markdown['imagePrompt'] = 2;
}

function isBelow(file: string, folder: string): boolean {
  const path = relative(folder, file);
  return !path.startsWith('..') && !isAbsolute(path);
}

function missing(spec: string, file: string | undefined): ImagePromptError {
  const who = file ?? 'A file of content';
  return new ImagePromptError('SPEC_READ', `${who} names a spec that does not exist: ${spec}`, {
    ...(file === undefined ? {} : { file }),
    hint: 'Check the path: it is relative to the file, or to the folder of the collection when it begins with `/`.',
  });
}
