import type { LoaderContext } from 'webpack';
import { rewriteImageSets } from '../css/image-sets.ts';

/** The loader before all others of style sheets: tells the options of an `image-set()` apart. */
export default function loadStyle(
  this: LoaderContext<unknown>,
  code: string,
  map?: Parameters<LoaderContext<unknown>['callback']>[2],
): void {
  this.callback(null, rewriteImageSets(code, /\.css$/i.test(this.resourcePath)) ?? code, map);
}
