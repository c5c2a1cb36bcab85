import { join } from 'node:path';
import { createLimit } from '../engine/limit.ts';
import type { PagePicture } from '../plugin/html/rewrite-elements.ts';
import type { SpecRequest } from '../plugin/ids.ts';
import type { Site } from './site.ts';

/** A spec that was prepared. */
export interface PreparedSpec {
  /** Relative to the root, with `/`. */
  file: string;
  picture: PagePicture['picture'];
}

/** Pictures that are decoded at once: each takes memory, and the encoder has its own lanes. */
const AT_ONCE = 4;

/**
 * Makes and encodes everything that the specs of a project need. Every spec is tried, so that what was asked
 * for is received also when another one fails; then the first failure is thrown.
 */
export async function prepareSite(site: Site, base: string): Promise<PreparedSpec[]> {
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
        return { file, picture: (await site.resolve(request, { base })).picture };
      }),
    ),
  );
  const failed = results.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  return results.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
}
