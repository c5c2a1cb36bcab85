/** What to do about a spec that is named where a site shows no picture. */
export const SITE_LEAK_HINT =
  'Name the spec in `<img src>`, `<source srcset>` of a `<picture>`, `<link rel="icon|preload">`, `og:image` or `twitter:image`, or give the place a URL by `resolveImage`.';
