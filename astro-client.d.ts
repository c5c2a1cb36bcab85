// Types of imports of image specs in Astro, which the integration refers to by itself. They take the place of
// "unplugin-image-prompt/client": there an import is a picture, here it is an image for `astro:assets`.

declare module '*.image.yaml' {
  const image: import('astro').ImageMetadata;
  export default image;
}

declare module '*.image.yml' {
  const image: import('astro').ImageMetadata;
  export default image;
}

declare module '*.image.yaml?picture' {
  const picture: import('unplugin-image-prompt/html').Picture;
  export default picture;
}

declare module '*.image.yml?picture' {
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

// A pattern has one `*`, so it cannot tell any query, only an ending: `./hero.image.yaml?w=400;800&picture`.
declare module '*&picture' {
  const picture: import('unplugin-image-prompt/html').Picture;
  export default picture;
}

// The same for the URL alone: `./hero.image.yaml?w=400&url`.
declare module '*&url' {
  const url: string;
  export default url;
}
