import { dirname, join, relative } from 'node:path';
import type { BuiltPicture } from '../../engine/build-picture.ts';
import { ImagePromptError, isImagePromptError } from '../../errors.ts';
import type { ModuleUrl } from '../../picture/module.ts';
import { toBundlerError } from '../../plugin/bundler-error.ts';
import { parseId } from '../../plugin/ids.ts';
import { assertRequest, srcOf, writeModule } from '../../plugin/load-module.ts';
import type { Session } from '../../plugin/session.ts';
import type { Variant } from '../../variant/types.ts';
import { fileNameOf } from '../folder.ts';
import { copySiteFiles } from '../publish-site.ts';

/** The module that Next gets for a spec. */
export interface SpecModule {
  code: string;
  /** Files that it was made from; absolute paths. */
  dependencies: readonly string[];
  /** Files that would have changed it had they been there. */
  missing: readonly string[];
}

/** Folder for files that Next imports, within the cache. */
const FOLDER = 'next';

/**
 * Encodes a picture and writes a module that imports its files, which Next emits as it does any image. A cache names its
 * files by digests, so each has a second name there that people know it by.
 * @param id absolute path of the spec, with the query of its import
 * @param how `frozen`: nothing is bought, whoever may spend
 * @throws an error as bundlers show it
 */
export async function writeSpecModule(
  session: Session,
  id: string,
  { frozen = false }: { frozen?: boolean } = {},
): Promise<SpecModule> {
  const request = parseId(id);
  if (request === null) throw new ImagePromptError('SPEC_READ', `${id} is no spec.`);
  const { file, kind } = request;
  try {
    assertRequest(request);
    const built = await session.build(request, { frozen });
    const wanted = kind === 'url' ? [srcOf(built.plan, built.variants)] : built.variants;
    const code = await importFiles(session, built, wanted, (urlOf) =>
      writeModule(request, built, built.variants, urlOf),
    );
    return { code, dependencies: session.dependenciesOf(file), missing: session.missingOf(file) };
  } catch (error) {
    const unseen = frozen && isImagePromptError(error) && error.code === 'MISSING_FROZEN';
    throw toBundlerError(unseen ? notPrepared(file, session) : error, file, session.root);
  }
}

/** The bundler knows more ways to import than text tells. */
function notPrepared(file: string, { root }: Session): ImagePromptError {
  const name = relative(root, file).replaceAll('\\', '/');
  return new ImagePromptError(
    'MISSING_FROZEN',
    `${name} is not in the store, and was not seen before the build began.`,
    {
      file: name,
      hint: 'Import it by a plain string with the path of the file, such as `import hero from "./hero.image.yaml"`, or make it first: npx image-prompt generate.',
    },
  );
}

async function importFiles(
  session: Session,
  built: BuiltPicture,
  variants: readonly Variant[],
  write: (urlOf: (variant: Variant) => ModuleUrl) => string,
): Promise<string> {
  const folder = join((await session.options()).cacheDir, FOLDER);
  // Turbopack takes a path that begins with `/` for one of its own root.
  const path = relative(dirname(join(session.root, built.file)), folder).replaceAll('\\', '/');
  const from = path.startsWith('.') ? path : `./${path}`;
  const names = variants.map((variant) => fileNameOf(built, variant));
  await copySiteFiles(
    variants.map(({ path }, at) => ({ name: names[at]!, locate: async () => path })),
    folder,
  );
  return write((variant) => {
    const at = variants.indexOf(variant);
    // An import is `{ src, width, height }`, and what Turbopack finds below `node_modules` the URL itself.
    return {
      import: `import file${at} from ${JSON.stringify(`${from}/${names[at]}`)}`,
      expression: `(file${at}.src ?? file${at})`,
    };
  });
}
