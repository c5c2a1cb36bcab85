// What the module's plugin for Vite answers with, for the files that run in a site.

declare module 'virtual:image-prompt/pictures' {
  const pictures: Readonly<
    Record<string, () => Promise<{ default: import('../../picture/types.ts').Picture }>>
  >;
  export default pictures;
}

declare module 'virtual:image-prompt/prose-img' {
  const component: import('vue').Component;
  export default component;
}
