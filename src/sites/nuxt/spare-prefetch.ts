import type { Plugin } from 'vite';
import { SPEC_ID } from '../../plugin/ids.ts';
import { assetName } from '../../plugin/load-module.ts';
import type { BundleFile } from '../../plugin/output.ts';
import type { Session } from '../../plugin/session.ts';
import type { Manifest, Nuxt } from './types.ts';

/**
 * Nuxt has browsers fetch ahead every file that the modules of a page name, and every module that these may import: of a
 * picture all widths in all formats, of which a browser shows one, and the pictures of all other pages.
 * @returns for one configuration of Vite, what sees the files of pictures
 */
export function sparePrefetch(nuxt: Nuxt, session: Session): () => Partial<Plugin> {
  const files = new Set<string>();
  nuxt.hook('build:manifest', (manifest: Manifest) => {
    leaveOut(manifest, files, nuxt.options.app.buildAssetsDir);
  });
  return () => ({
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const name of findPictures(bundle, session)) files.add(name);
      },
    },
  });
}

type Bundle = Readonly<Record<string, BundleFile & { names?: readonly string[] }>>;

function findPictures(bundle: Bundle, { pictures }: Session): string[] {
  const ours = new Set(
    [...pictures.values()].flatMap(({ built }) =>
      built.variants.map((variant) => assetName(built, variant)),
    ),
  );
  return Object.values(bundle)
    .filter(({ names = [] }) => names.some((name) => ours.has(name)))
    .map(({ fileName }) => fileName);
}

/**
 * Takes pictures out of what is fetched ahead.
 * @param files as the bundler names them, with the folder of assets
 * @param folder where Nuxt puts assets; its manifest leaves that out
 */
export function leaveOut(manifest: Manifest, files: ReadonlySet<string>, folder: string): void {
  const prefix = folder.replace(/^\/|\/$/g, '');
  for (const entry of Object.values(manifest)) {
    if (files.has(entry.file) || files.has(`${prefix}/${entry.file}`)) entry.prefetch = false;
    if (entry.dynamicImports === undefined) continue;
    entry.dynamicImports = entry.dynamicImports.filter(
      (id) => !SPEC_ID.test(manifest[id]?.src ?? id),
    );
  }
}
