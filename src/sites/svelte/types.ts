// The part of Svelte's syntax tree that the preprocessor reads. Source: https://svelte.dev/docs/svelte/svelte-compiler

/** Any node; elements have attributes, and whatever has children has them below some field. */
export interface SvelteNode {
  type: string;
  start: number;
  end: number;
  name?: string;
  attributes?: SvelteAttribute[];
  [field: string]: unknown;
}

/** An attribute with its place. */
export interface SvelteAttribute {
  type: string;
  start: number;
  end: number;
  name?: string;
  /** Text is one `Text` node in a list. */
  value?: unknown;
}

/** A file. */
export interface SvelteRoot {
  fragment: SvelteNode;
  instance: { content: { start: number } } | null;
}
