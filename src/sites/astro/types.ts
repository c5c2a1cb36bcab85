// What of Astro is used, written by hand: it needs another Node than this package, and not to be installed.

/** An integration, as `integrations` of a configuration has it. */
export interface AstroIntegration {
  name: string;
  hooks: {
    'astro:config:setup': (setup: AstroSetup) => void | Promise<void>;
    'astro:config:done': (done: {
      buildOutput: 'static' | 'server';
      injectTypes: (types: { filename: string; content: string }) => unknown;
    }) => void;
    'astro:build:done': (done: { dir: URL; logger: AstroLogger }) => Promise<void>;
  };
}

/** What an integration is given first. */
export interface AstroSetup {
  config: AstroConfig;
  command: 'dev' | 'build' | 'preview' | 'sync';
  updateConfig: (change: { vite: object }) => unknown;
  addMiddleware: (middleware: { entrypoint: URL; order: 'pre' | 'post' }) => void;
  logger: AstroLogger;
}

export interface AstroLogger {
  info(message: string): void;
  warn(message: string): void;
}

/** The configuration as Astro has resolved it. */
export interface AstroConfig {
  root: URL;
  base: string;
  site?: string | undefined;
  markdown: { processor?: MarkdownProcessor };
  security?: { csp?: unknown };
}

/** What turns Markdown into HTML: Sätteri, or `unified()` of `@astrojs/markdown-remark`. */
export interface MarkdownProcessor {
  name: string;
  options: { mdastPlugins?: unknown[]; remarkPlugins?: unknown[] };
}

/** A node of Markdown, in either processor. */
export interface MarkdownNode {
  type: string;
  /** Of images and definitions. */
  url?: string;
  alt?: string | null;
  title?: string | null;
  /** Of definitions, and of what refers to them. */
  identifier?: string;
  /** Of raw HTML. */
  value?: string;
  /** Of elements of MDX. */
  name?: string | null;
  attributes?: readonly { type: string; name?: string; value?: unknown }[];
  children?: MarkdownNode[];
}
