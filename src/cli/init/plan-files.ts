import { posix } from 'node:path';
import { CONFIG_FILES } from '../../config/load-config.ts';
import { planSettings } from './editor-settings.ts';
import { addReference, CLIENT, writeConfig, writeReference, writeSpec } from './texts.ts';
import type { Step, Surroundings } from './types.ts';

/** Where pictures of a page are kept, the usual place first. `public/` would publish the prompts. */
export const SOURCE_FOLDERS = ['src', 'app', 'source', 'assets'] as const;
/** Where templates of Vite, Vue, Rsbuild and Astro keep such references. */
const TYPES_FILES = ['vite-env.d.ts', 'env.d.ts', 'image-prompt-env.d.ts'];
/** What a reference to the client may stand in. */
const IS_TYPES_FILE = /\.d\.ts$|^tsconfig[^/]*\.json$/;

/** What else decides. */
export interface FilesContext {
  /** The configuration, relative to the root; null when there is none. */
  config: string | null;
  /** Specs that there are, relative to the root. */
  specs: readonly string[];
  /** The files that explain a store: path relative to the root → text. */
  storeFiles: Readonly<Record<string, string>>;
  /** Whether the store is there for sure: a configuration that cannot be loaded may name another folder. */
  storeIsKnown: boolean;
}

/** Plans every file of a project that `init` looks after. Nothing that is there is replaced. */
export async function planFiles(around: Surroundings, context: FilesContext): Promise<Step[]> {
  return [
    planConfig(around, context),
    planSpec(around, context),
    ...planTypes(around),
    ...planStore(around, context),
    await planSettings(around, schemaOf(around)),
  ];
}

/** Whether the project is written in TypeScript. */
export function usesTypeScript({ files, manifest }: Surroundings): boolean {
  return (
    manifest.dependencies.has('typescript') ||
    [...files].some((file) => /^tsconfig[^/]*\.json$/.test(file))
  );
}

function planFile({ files }: Surroundings, file: string, text: string): Step {
  return files.has(file) ? { kind: 'keep', file } : { kind: 'write', file, text };
}

function planConfig(around: Surroundings, { config }: FilesContext): Step {
  if (config !== null) return { kind: 'keep', file: config };
  const [typed, module, explicit] = CONFIG_FILES;
  const plain = around.manifest.isModule ? module : explicit;
  const file = usesTypeScript(around) ? typed : plain;
  return planFile(around, file, writeConfig());
}

function planSpec(around: Surroundings, { specs }: FilesContext): Step {
  const folder = sourceFolderOf(around);
  const file = posix.join(folder, 'hero.image.yaml');
  if (specs.length > 0) return { kind: 'keep', file: specs.includes(file) ? file : specs[0]! };
  // Not by `relative`, which asks where the command is called: near `/` there is less above.
  const up = folder.split('/').map(() => '..');
  return planFile(around, file, writeSpec(posix.join(...up, schemaOf(around))));
}

function planStore(around: Surroundings, { storeFiles, storeIsKnown }: FilesContext): Step[] {
  return Object.entries(storeFiles)
    .map(([file, text]) => planFile(around, file, text))
    .filter(({ kind }) => storeIsKnown || kind === 'keep');
}

/** The folder for the first spec, relative to the root; made when there is none. */
function sourceFolderOf({ folders }: Surroundings): string {
  return SOURCE_FOLDERS.find((name) => folders.has(name)) ?? SOURCE_FOLDERS[0]!;
}

/** Path of the schema, relative to the root; where it will be when the package is not installed yet. */
function schemaOf({ installedAt }: Surroundings): string {
  return posix.join(installedAt ?? 'node_modules/unplugin-image-prompt', 'spec.schema.json');
}

function planTypes(around: Surroundings): Step[] {
  if (!usesTypeScript(around)) return [];
  const { texts, folders } = around;
  // What `image-prompt types` writes takes the place of the client, and says so by its name.
  const typed = [...texts].find(
    ([file, text]) => IS_TYPES_FILE.test(file) && text?.includes('unplugin-image-prompt/client'),
  );
  if (typed !== undefined) return [{ kind: 'keep', file: typed[0] }];
  // `include` of most projects is `src` alone.
  const folder = folders.has('src') ? 'src' : '';
  const candidates = [folder, ''].flatMap((one) =>
    TYPES_FILES.map((name) => posix.join(one, name)),
  );
  const file = candidates.find((one) => around.files.has(one));
  if (file === undefined) {
    return [
      { kind: 'write', file: posix.join(folder, TYPES_FILES.at(-1)!), text: writeReference() },
    ];
  }
  const text = texts.get(file) ?? null;
  if (text === null)
    return [{ kind: 'tell', file, advice: `In ${file} add the line \`${CLIENT}\`.` }];
  return [{ kind: 'add', file, before: text, text: addReference(text) }];
}
