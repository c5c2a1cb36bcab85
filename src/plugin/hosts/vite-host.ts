import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ResolvedConfig, ViteDevServer } from 'vite';
import type { BuiltPicture } from '../../engine/build-picture.ts';
import type { ErrorCode } from '../../errors.ts';
import type { Variant, VariantSpec } from '../../variant/types.ts';
import { toBundlerError } from '../bundler-error.ts';
import type { DevPictures } from '../dev.ts';
import type { DevFollower } from '../dev-follow.ts';
import type { SpecRequest } from '../ids.ts';
import { assertRequest } from '../load-module.ts';
import { nameVariant, relativeUrl } from '../named-files.ts';
import { errorAt, type Place } from '../place.ts';
import type { Session } from '../session.ts';

/** What the hooks for pages and for style sheets share with the plugin around them. */
export interface ViteHost {
  session: Session;
  dev: DevPictures;
  config(): ResolvedConfig;
  /** Null in a build. */
  server(): ViteDevServer | null;
  follower: DevFollower;
}

/** A picture that a file refers to, planned in dev and encoded in a build. */
export interface ReferredPicture {
  request: SpecRequest;
  built: BuiltPicture;
  variants: readonly VariantSpec[];
}

/**
 * Builds the picture that a reference names, by the rules of imports.
 * @param watch told every file that the picture depends on, also when it cannot be built
 */
export async function buildReferred(
  host: ViteHost,
  request: SpecRequest,
  place: Place,
  watch: (files: readonly string[]) => void,
): Promise<ReferredPicture> {
  const { session } = host;
  if (!existsSync(request.file)) {
    throw refuseAt(host, place, {
      code: 'SPEC_READ',
      message: `${describe(place)} names a spec that does not exist: ${request.file}`,
      hint: 'Check the path: it is relative to the file it stands in, or to the root when it begins with `/`.',
    });
  }
  try {
    assertRequest(request);
    const encode = host.server() === null;
    const built = await session.build(request, { encode, single: true });
    return { request, built, variants: encode ? built.variants : built.plan.variants };
  } catch (error) {
    const dressed = toBundlerError(error, request.file, session.root);
    // A build would show line and frame of the spec as those of the file that refers to it; the message has both.
    throw host.server() === null
      ? Object.assign(dressed, { loc: undefined, frame: undefined })
      : dressed;
  } finally {
    if (host.server() === null) watch(session.dependenciesOf(request.file));
    else {
      watch(host.follower.follow(request.file));
      // A broken configuration is told above.
      await host.follower.followStore().catch(() => {});
    }
  }
}

/** A file that refers to a spec where no picture can stand, dressed for Vite. */
export function refuseAt(
  { session }: ViteHost,
  place: Place,
  { code = 'LEAK_RAW', message, hint }: { code?: ErrorCode; message: string; hint: string },
): Error {
  const error = errorAt(place, session.root, { code, message, hint });
  return toBundlerError(error, place.file, session.root);
}

/**
 * URLs of variants for a file: in a build paths to files of the cache, which Vite hashes, bases and
 * emits like any asset. Without `no-inline` it would make `data:` URLs of small ones.
 */
export async function urlsFor(
  host: ViteHost,
  { request, built, variants }: ReferredPicture,
  file: string,
  base: string,
): Promise<(variant: VariantSpec) => string> {
  if (host.server() !== null) {
    const urlOf = await host.dev.urlOf(request, built, base);
    return (variant) => {
      const url = urlOf(variant);
      return 'literal' in url ? url.literal : '';
    };
  }
  const urls = new Map<VariantSpec, string>();
  for (const variant of variants as readonly Variant[]) {
    const path = await nameVariant(built, variant, host.session.spareFolder);
    urls.set(variant, `${relativeUrl(dirname(file), path)}?no-inline`);
  }
  return (variant) => urls.get(variant)!;
}

function describe({ file }: Place): string {
  return file.split(/[\\/]/).at(-1) ?? file;
}
