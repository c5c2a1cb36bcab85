import type { Compiler } from 'webpack';
import type { BuiltPicture } from '../../engine/build-picture.ts';
import { ImagePromptError } from '../../errors.ts';
import { formatDiagnostic } from '../../report.ts';
import type { Variant, VariantSpec } from '../../variant/types.ts';
import { toBundlerError } from '../bundler-error.ts';
import { DEV_PREFIX } from '../dev.ts';
import { identify, MARK, type SpecRequest } from '../ids.ts';
import { assertRequest, assetName, type UrlOf, writeModule } from '../load-module.ts';
import type { WebpackWork } from './webpack-types.ts';

/** The part of a loader's context that loading needs. */
export interface LoadContext {
  compiler: Compiler | undefined;
  watch(file: string): void;
  warn(message: string): void;
}

/**
 * The module of a spec.
 * @throws BundlerError
 */
export function loadSpec(
  work: WebpackWork,
  context: LoadContext,
  request: SpecRequest,
): Promise<string> {
  return followSpec(work, context, request, async () => {
    assertRequest(request);
    assertPublicPath(work, context.compiler);
    const { session } = work;
    if (session.command === 'serve') {
      const built = await session.build(request, { encode: false });
      const nameOf = await work.dev.handOut(request, built);
      const urlOf = (variant: VariantSpec): { expression: string } => ({
        expression: `__webpack_public_path__ + ${JSON.stringify(DEV_PREFIX + nameOf(variant))}`,
      });
      return { built, value: writeModule(request, built, built.plan.variants, urlOf) };
    }
    const built = await session.build(request);
    for (const { path } of built.variants) context.watch(path);
    return { built, value: writeModule(request, built, built.variants, importEach(work, built)) };
  });
}

/**
 * Does something with a spec in a loader: whatever comes of it, the module depends on the files of the
 * spec and on the state of its picture, and warnings and errors are told as the bundler expects.
 */
export async function followSpec<T>(
  work: WebpackWork,
  { watch, warn }: LoadContext,
  request: SpecRequest,
  use: () => Promise<{ built: BuiltPicture; value: T }>,
): Promise<T> {
  const { session, states, failed } = work;
  try {
    const { built, value } = await use();
    failed.delete(identify(request));
    for (const warning of built.warnings) warn(formatDiagnostic(warning));
    return value;
  } catch (error) {
    failed.add(identify(request));
    throw toBundlerError(error, request.file, session.root);
  } finally {
    // A broken base must be watched as well, or mending it would go unnoticed.
    for (const file of session.dependenciesOf(request.file)) watch(file);
    // webpack waits for what does not exist.
    for (const file of session.missingOf(request.file)) watch(file);
    const state = await states.note(request.file);
    if (state !== null) watch(state);
  }
}

/** URLs of variants: the bundler's own asset modules over the files of the cache. */
function importEach(
  { compilers, assetsByRules }: WebpackWork,
  built: BuiltPicture,
): UrlOf<Variant> {
  const { variants } = built;
  // webpack remembers that a file was missing; these may just have been encoded.
  const paths = variants.map(({ path }) => path);
  for (const compiler of compilers) compiler.inputFileSystem?.purge?.(paths);
  return (variant) => {
    const name = `u${variants.indexOf(variant)}`;
    const resource = requestAsset(assetName(built, variant), variant.path, assetsByRules);
    return { expression: name, import: `import ${name} from ${JSON.stringify(resource)}` };
  };
}

/**
 * The request of an asset. An inline match resource sets name and type, and with `!!` after it switches
 * every loader of the user off. https://webpack.js.org/api/loaders/#inline-matchresource
 *
 * Rsbuild's folders and names of images stand in its rules, which `!!` would switch off as well: there
 * its own query and our rule ask for a file, and `-!` keeps the loaders away.
 */
export function requestAsset(name: string, path: string, byRules: boolean): string {
  const head = byRules ? `${name}?url&${MARK}!=!-!` : `${name}.webpack[asset/resource]!=!!!`;
  // `#` would begin a fragment.
  return head + path.replaceAll('#', '\0#');
}

/** @throws ImagePromptError CONFIG_INVALID */
function assertPublicPath({ pathless }: WebpackWork, compiler: Compiler | undefined): void {
  if (!compiler || !pathless.has(compiler.root ?? compiler)) return;
  throw new ImagePromptError(
    'CONFIG_INVALID',
    'A build for Node has no public path, so the URLs of its pictures would not be those of the pages.',
    { hint: 'Set `output.publicPath` of this build to that of the build for browsers.' },
  );
}
