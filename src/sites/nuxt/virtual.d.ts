// What the module's plugin for Vite answers with, for the files that run in a site.

declare module 'virtual:image-prompt/pictures' {
  const pictures: Readonly<
    Record<string, () => Promise<{ default: import('../../picture/types.ts').Picture }>>
  >;
  export default pictures;
  /** Whether a picture that the list lacks may be in the next one: in browsers, of a dev server. */
  export const mayCome: boolean;
}

declare module 'virtual:image-prompt/prose-img' {
  const component: import('vue').Component;
  export default component;
}
