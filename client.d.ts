// Types of imports of image specs: `"types": ["unplugin-image-prompt/client"]` in tsconfig.json, or
// `/// <reference types="unplugin-image-prompt/client" />` in a source file. The file that
// `image-prompt types` writes takes the place of this one.

declare module '*.image.yaml' {
  const picture: import('unplugin-image-prompt/html').Picture;
  export default picture;
}

declare module '*.image.yml' {
  const picture: import('unplugin-image-prompt/html').Picture;
  export default picture;
}

declare module '*.image.yaml?url' {
  const url: string;
  export default url;
}

declare module '*.image.yml?url' {
  const url: string;
  export default url;
}

// A pattern has one `*`, so it cannot tell any query. It can tell an ending: with `&image` as the last
// parameter an import such as `./hero.image.yaml?w=400;800&format=webp&image` is typed.
declare module '*&image' {
  const picture: import('unplugin-image-prompt/html').Picture;
  export default picture;
}

// The same for the URL alone: `./hero.image.yaml?w=400&url`.
declare module '*&url' {
  const url: string;
  export default url;
}
