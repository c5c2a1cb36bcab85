/** What to do about a spec that is named where a site shows no picture. */
export const SITE_LEAK_HINT =
  'Name the spec in `<img src>`, `<source srcset>` of a `<picture>`, `<link rel="icon|preload">`, `og:image` or `twitter:image`, or give the place a URL by `resolveImage`.';

/** What to do about a spec in the content of a feed. */
export const FEED_LEAK_HINT =
  'Put finished HTML into the feed, not the source of a page: in Eleventy by `renderTransforms(page, base)`, which its feed plugin uses; elsewhere by `resolveImage` and `pictureHtml`, or leave the content out.';

/** What to do about a spec whose URL has a host already. */
export const ABSOLUTE_HINT =
  'Something made the URL absolute before the picture was put in its place. Write it without the host, as a path to the spec, or give the place a URL by `resolveImage`.';
