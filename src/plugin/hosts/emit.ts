import { readFileSync } from 'node:fs';
import type { BuiltPicture } from '../../engine/build-picture.ts';
import type { Variant } from '../../variant/types.ts';
import { assetName, type UrlOf } from '../load-module.ts';

/** The part of Rollup's, Rolldown's and Vite's plugin context that emits files. */
export interface EmitContext {
  emitFile(file: { type: 'asset'; name: string; source: Uint8Array }): string;
}

/** How an emitted file is referred to in code. */
export type ReferenceStyle = 'rollup' | 'vite-placeholder';

/**
 * Emits variants of a picture and gives the expressions that become its URL once the bundler knows it. The
 * bundler hashes, names, deduplicates and lists them in its manifest like any asset of its own.
 */
export function emitVariants(
  context: EmitContext,
  built: BuiltPicture,
  only: readonly Variant[],
  style: ReferenceStyle,
): UrlOf<Variant> {
  const references = new Map<Variant, string>();
  for (const variant of only) {
    // Synchronous: the bundler wants all of them, and a promise costs more than reading a small file.
    const source = readFileSync(variant.path);
    const name = assetName(built, variant);
    references.set(variant, context.emitFile({ type: 'asset', name, source }));
  }
  return (variant) => {
    const reference = references.get(variant)!;
    // Before 8.3 Vite resolved file URLs of assets against the chunk, and only its own placeholder
    // against `base`: https://github.com/vitejs/vite/pull/22888
    return style === 'rollup'
      ? { expression: `import.meta.ROLLUP_FILE_URL_${reference}` }
      : { expression: `"__VITE_ASSET__${reference}__"` };
  };
}
