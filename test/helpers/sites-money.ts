import { expect } from 'vitest';
import type { TestService } from './bundlers-fal.ts';
import type { SiteProject } from './sites.ts';

/** What {@link payFor} builds. */
export interface PaidBuild {
  site: SiteProject;
  service: TestService;
  /** The command of a production build. */
  build: readonly string[];
  /** How many specs the site names. */
  specs: number;
  /**
   * Whether it is also built with sketches, which must be listed.
   * @default true
   */
  draws?: boolean;
}

/**
 * Builds a site whose pictures are all missing, with money: a frozen build must pay nothing and fail, a build with a
 * key pays for each spec once, however many passes it makes, and another one finds everything, without a key.
 */
export async function payFor({
  site,
  service,
  build,
  specs,
  draws = true,
}: PaidBuild): Promise<void> {
  const { stats } = service.standIn;
  // The provider of the example is the free one.
  const config = 'image-prompt.config.js';
  const text = site.readText(config);
  site.write(config, text.replace(/provider: sketch\(\),?/, ''));
  site.remove('.image-prompt');
  const before = { ...stats };
  const frozen = await site.run(build, { ...service.env, CI: 'true' });
  expect(frozen.status, frozen.output).not.toBe(0);
  expect(frozen.output).toContain('MISSING_FROZEN');
  expect(stats.submits).toBe(before.submits);

  if (draws) {
    const drawn = await site.run(build, { ...service.env, IMAGE_PROMPT_ON_MISSING: 'sketch' });
    expect(drawn.status, drawn.output).toBe(0);
    expect(drawn.output).toContain(
      specs === 1 ? '1 picture is a sketch' : `${specs} pictures are sketches`,
    );
    expect(stats.submits).toBe(before.submits);
  }

  const paid = await site.run(build, service.env);
  expect(paid.status, paid.output).toBe(0);
  expect(stats.submits - before.submits).toBe(specs);
  expect(paid.output).not.toContain(service.env['FAL_KEY']);
  // Whoever pays is told.
  expect(paid.output).toMatch(/\d+ made \(\$/);

  const again = await site.run(build, { CI: 'true' });
  expect(again.status, again.output).toBe(0);
  expect(stats.submits - before.submits).toBe(specs);
  site.write(config, text);
}
