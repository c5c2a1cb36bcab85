// The part of the syntax tree of MDX that the plugin reads and writes, so that it needs none of its packages.
// Sources: https://github.com/syntax-tree/mdast, https://github.com/syntax-tree/mdast-util-mdx-jsx

/** Any node. */
export interface MdxNode {
  type: string;
  children?: MdxNode[];
  [field: string]: unknown;
}

/** An attribute of JSX; a value that is no text is code. */
export interface MdxAttribute {
  type: string;
  name?: string;
  value?: unknown;
}
