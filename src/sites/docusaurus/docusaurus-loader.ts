import type { LoaderContext } from 'webpack';

/** Options of the loader. */
export interface FollowOptions {
  /** Files that what a page says of pictures depends on. */
  follow(page: string): readonly string[];
}

/**
 * The loader after that of MDX: a page whose front matter names specs depends on them, or the cache of the bundler would
 * show the URLs of an earlier picture.
 */
export default function followFrontMatter(
  this: LoaderContext<FollowOptions>,
  code: string,
  map?: Parameters<LoaderContext<FollowOptions>['callback']>[2],
): void {
  for (const file of this.getOptions().follow(this.resourcePath)) this.addDependency(file);
  this.callback(null, code, map);
}
