// Types of imports of image specs: `"types": ["unplugin-image-prompt/client"]` in tsconfig.json, or
// `/// <reference types="unplugin-image-prompt/client" />` in a source file.

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
