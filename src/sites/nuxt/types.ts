// What of Nuxt and of Nuxt Content is used, written by hand, so that the module needs none of their packages.
// Sources: https://nuxt.com/docs/4.x/api/advanced/hooks, https://content.nuxt.com/docs/advanced/hooks

/** What tells of steps of a build. */
export interface Hookable {
  hook(name: string, run: (...given: never[]) => unknown): void;
}

/** An instance of Nuxt while it reads its configuration. */
export interface Nuxt extends Hookable {
  options: {
    rootDir: string;
    dev: boolean;
    app: { buildAssetsDir: string };
    /** Only types are written. */
    _prepare?: boolean;
    build: { transpile: unknown[]; templates: NuxtTemplate[] };
    modules?: unknown[];
    content?: NuxtContentOptions;
    [option: string]: unknown;
  };
}

/** A file that a module writes for the site. */
export interface NuxtTemplate {
  filename?: string;
  options?: unknown;
  getContents?(data: { nuxt: Nuxt; app: null; options: unknown }): string | Promise<string>;
}

/** What the server knows of the files and modules that pages may need, by a name of its own. */
export type Manifest = Record<string, ManifestEntry>;

export interface ManifestEntry {
  file: string;
  /** Of a module, relative to Vite's root. */
  src?: string;
  prefetch?: boolean;
  dynamicImports?: string[];
}

/** The options of Nuxt Content, as far as they are set. */
export interface NuxtContentOptions {
  build?: { markdown?: Record<string, unknown>; [option: string]: unknown };
  [option: string]: unknown;
}

/** A configuration of Vite, of which Nuxt has one for browsers and one for servers. */
export interface NuxtViteConfig {
  plugins?: unknown[];
  optimizeDeps?: { exclude?: string[] };
  server?: { watch?: { ignored?: unknown } | null };
}

/** A component that templates find by its name. */
export interface NuxtComponent {
  pascalName: string;
  filePath: string;
  shortPath: string;
  export: string;
}

/** A file that Nuxt Content has read; `body` of Markdown is a tree of lists: `[tag, attributes, …children]`. */
export interface ParsedFile {
  file: { id: string; path?: string };
  content: { id: string; body?: unknown; [field: string]: unknown };
  collection?: { source?: readonly { cwd?: string }[] };
}

/** The server's build, as far as it is waited for. */
export interface Nitro {
  hooks: Hookable;
  options: { output: { publicDir: string } };
}
