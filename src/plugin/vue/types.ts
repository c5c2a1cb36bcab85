// The part of Vue's template syntax tree that the transform reads and writes. Written by hand: Vue is not needed to use
// this package, and its compiler reads these very shapes since 3.4.
// Source: https://github.com/vuejs/core/blob/main/packages/compiler-core/src/ast.ts

/** A place in the source; handed on as it is. */
export type VueLocation = object;

/** Text that is code. */
export interface VueExpression {
  type: 4;
  content: string;
  isStatic: boolean;
  /** 0: not constant; 3: may be written as text. */
  constType: 0 | 3;
  loc: VueLocation;
}

/** `src="a"`. */
export interface VueAttribute {
  type: 6;
  name: string;
  value: { content: string } | undefined;
  loc: VueLocation;
}

/** `:src="a"`, `v-if="b"`. */
export interface VueDirective {
  type: 7;
  name: string;
  rawName: string;
  exp: VueExpression | undefined;
  arg: VueExpression | undefined;
  modifiers: readonly never[];
  forParseResult?: object;
  loc: VueLocation;
}

/** An attribute or a directive. */
export type VueProp = VueAttribute | VueDirective;

/** An element. */
export interface VueElement {
  type: 1;
  ns: number;
  tag: string;
  tagType: number;
  props: VueProp[];
  children: VueNode[];
  isSelfClosing: boolean;
  loc: VueLocation;
  codegenNode: undefined;
}

/** Any node; texts and comments are left alone. */
export type VueNode = VueElement | { type: number; children?: unknown };

/** What the transform needs of the compiler. */
export interface VueContext {
  filename?: string;
  imports: { exp: VueExpression; path: string }[];
  /** Marks names that are no properties of the component. */
  addIdentifiers(name: string): void;
}

/** A node transform, as `compilerOptions.nodeTransforms` takes it. */
export type VueNodeTransform = (node: unknown, context: unknown) => void;
