import type { Plugin, ViteDevServer } from 'vite';
import { PLUGIN_NAME } from '../../plugin/bundler-error.ts';
import { importSingle } from '../../plugin/ids.ts';

const PICTURES = 'virtual:image-prompt/pictures';
const PROSE_IMG = 'virtual:image-prompt/prose-img';

/** What the files that run in a site ask for. */
export interface ContentModules {
  /**
   * Specs that content names: their names there, and absolute paths with queries; in dev, or what is wrong with one.
   * @param environment of Vite, whose list it will be
   */
  pictures(environment: string): Promise<ReadonlyMap<string, string | Error>>;
  /** Tells of a file that was removed in dev. */
  seeGone(file: string): void;
  /** Whether pages follow what is edited. */
  isDev: boolean;
  /** Path of the component that shows all other images of Markdown. */
  plain(): string | null;
}

/** The plugin for Vite that answers them, and tells its dev servers of content that names another spec. */
export function createContentPlugin(modules: ContentModules, servers: Set<ViteDevServer>): Plugin {
  return {
    name: `${PLUGIN_NAME}:nuxt-content`,
    enforce: 'pre',
    configureServer(server) {
      servers.add(server);
    },
    watchChange(file, { event }) {
      if (modules.isDev && event === 'delete') modules.seeGone(file);
    },
    resolveId: {
      filter: { id: /^virtual:image-prompt\// },
      handler: (id) => (id === PICTURES || id === PROSE_IMG ? `\0${id}` : null),
    },
    load: {
      filter: { id: /^\0virtual:image-prompt\// },
      async handler(id) {
        if (id === `\0${PROSE_IMG}`) {
          const path = modules.plain();
          // Without Nuxt Content nobody shows one.
          return path === null
            ? 'export default () => null;\n'
            : `export { default } from ${JSON.stringify(path)};\n`;
        }
        if (id !== `\0${PICTURES}`) return null;
        // Each by itself: a page loads those that it shows, and has no trouble with others.
        const { name: environment, config } = this.environment;
        const entries = [...(await modules.pictures(environment))].map(
          ([name, spec]) => `  ${JSON.stringify(name)}: () => ${writeLoad(spec)},\n`,
        );
        const mayCome = modules.isDev && config.consumer === 'client';
        return `export default {\n${entries.join('')}};\nexport const mayCome = ${mayCome};\n`;
      },
    },
  };
}

function writeLoad(spec: string | Error): string {
  return typeof spec === 'string'
    ? `import(${JSON.stringify(importSingle(spec.replaceAll('\\', '/')))})`
    : `Promise.reject(new Error(${JSON.stringify(spec.message)}))`;
}

/** Has pages load the list of pictures anew. */
export function reloadPictures(servers: ReadonlySet<ViteDevServer>): void {
  const environments = [...servers].flatMap(({ environments }) => Object.values(environments));
  for (const { moduleGraph } of environments) {
    const known = moduleGraph.getModuleById(`\0${PICTURES}`);
    if (known) moduleGraph.invalidateModule(known);
  }
  for (const { hot } of environments) hot.send({ type: 'full-reload' });
}
