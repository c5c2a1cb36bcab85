import { readFile } from 'node:fs/promises';
import type { BuiltPicture } from '../../engine/build-picture.ts';
import { writePlaceholder } from '../../picture/html.ts';
import { createPicture } from '../../picture/picture.ts';
import { assertRequest, ownVariants, srcOf } from '../../plugin/load-module.ts';
import { nameBytes } from '../../plugin/named-files.ts';
import type { Session } from '../../plugin/session.ts';
import { MAX_EDGE } from '../../spec/schema-parts.ts';
import type { ImageRequest } from './alias.ts';
import type { ImageMark } from './dress-service.ts';
import { labelPng } from './label-png.ts';

/** An image of a spec for Astro, which makes its own variants of it. */
export interface AstroImage {
  built: BuiltPicture;
  code: string;
}

/**
 * Writes the module of an image: the picture in the size of the spec, without loss, as one file that Astro imports like
 * any other. The original itself may have another size, and no mark of where it comes from.
 * @param how `client`: for a browser, where no image service is; `paints`: whether a style may stand in a page
 */
export async function writeImageModule(
  session: Session,
  { path, face, overrides }: ImageRequest,
  how: { client: boolean; paints: boolean },
): Promise<AstroImage> {
  const request = { file: path, kind: 'picture' as const, overrides };
  assertRequest(request);
  const shown = await session.build(request, { encode: false, single: true });
  const master = { ...request, overrides: { ...overrides, format: 'png', w: String(MAX_EDGE) } };
  const built = await session.build(master, { encode: false, single: true });
  const variant = srcOf(built.plan, ownVariants(built, built.plan.variants));
  const rendered = await built.renderOne(variant);
  const bytes = labelPng(await readFile(rendered.path));
  const file = await nameBytes(rendered, `${built.name}.png`, bytes, session.spareFolder);
  const from = JSON.stringify(file.replaceAll('\\', '/'));
  if (how.client) return { built: shown, code: `export { default } from ${from};\n` };
  const mark = JSON.stringify(createMark(shown, face, how.paints));
  // Astro reads an image by its hidden field `clone`, so as not to take it for one that is shown as it is. What is
  // enumerable of it names the files that it makes.
  const code = `import image from ${from};
const imagePrompt = ${mark};
export default new Proxy(image, {
  get: (target, name) => name === 'clone'
    ? Object.defineProperty({ ...(target.clone ?? target) }, 'imagePrompt', { value: imagePrompt })
    : target[name],
});
`;
  return { built: shown, code };
}

function createMark(built: BuiltPicture, face: ImageRequest['face'], paints: boolean): ImageMark {
  const { alt, plan, analysis, output, art } = built;
  const { variants } = plan;
  const picture = createPicture({ alt, plan, variants, analysis, output, art, url: () => '' });
  const style = paints ? writePlaceholder(picture.placeholder) : undefined;
  const painted = style === undefined ? {} : { style };
  if (face === 'image') return painted;
  const widths = ownVariants(built, variants).map(({ width }) => width);
  return {
    ...painted,
    ...(face === 'markdown-alt' ? { alt } : {}),
    widths: [...new Set(widths)].sort((a, b) => a - b),
    ...(output.sizes === null ? {} : { sizes: output.sizes }),
    defaultSizes: picture.sizes,
    ...(picture.loading === 'eager' ? { loading: 'eager' } : {}),
    ...(picture.priority ? { fetchpriority: 'high' } : {}),
  };
}
