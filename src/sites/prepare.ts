import { join } from 'node:path';
import { createLimit } from '../engine/limit.ts';
import type { SpecRequest } from '../plugin/ids.ts';
import type { Site, SitePicture } from './site.ts';

/** A spec that was prepared. */
export interface PreparedSpec {
  /** Relative to the root, with `/`. */
  file: string;
  picture: SitePicture['picture'];
}

/** Pictures that are decoded at once: each takes memory, and the encoder has its own lanes. */
const AT_ONCE = 4;

/**
 * Makes and encodes everything that the specs of a project need. Every spec is tried, so that what was asked
 * for is received also when another one fails; then the first failure is thrown.
 * @param resolve what to do for each spec
 */
export async function prepareSite(
  site: Site,
  resolve: (request: SpecRequest) => Promise<SitePicture>,
): Promise<PreparedSpec[]> {
  const { session } = site;
  const engine = await session.engine();
  const files = await engine.select([], session.root);
  const limit = createLimit(Math.max(AT_ONCE, engine.options.concurrency));
  const results = await Promise.allSettled(
    files.map((file) =>
      limit(async () => {
        const request: SpecRequest = {
          file: join(session.root, file),
          kind: 'picture',
          overrides: {},
        };
        return { file, picture: (await resolve(request)).picture };
      }),
    ),
  );
  const failed = results.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  return results.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
}
