import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type ChildEnv, childEnv, type Project, REPOSITORY } from './bundlers.ts';
import { startDevServer } from './bundlers-dev.ts';
import { configOf } from './bundlers-fixture.ts';
import { createInbox } from './bundlers-inbox.ts';

/** A dev server that a browser can be pointed at. */
export interface BrowserServer {
  name: string;
  /** What a project needs beside its sources. */
  files: Record<string, string>;
  /** Starts it in the project's folder; gives the page's address. */
  start(project: Project, env: ChildEnv): Promise<string>;
  /** What shows mistakes on the page. */
  overlay: string;
  /** Rsbuild reloads the page after a compilation that had failed. */
  reloadsAfterMistakes?: true;
}

// A browser asks for an icon, and a server without one answers 404.
const html = (script: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>Loop</title></head>
<body><div id="app"></div>${script}</body></html>
`;

/** Every dev server the loop is tested with. */
export const SERVERS: readonly BrowserServer[] = [
  {
    name: 'Vite',
    files: {
      'index.html': html('<script type="module" src="/src/main.js"></script>'),
      // Its bundling of dependencies would reload the page in the middle of a test.
      'vite.config.mjs': configOf('vite', {
        fields: "server: { host: '127.0.0.1' }, optimizeDeps: { noDiscovery: true },",
      }),
    },
    start: async (project, env) => (await startDevServer(project, env)).origin,
    overlay: 'vite-error-overlay',
  },
  {
    name: 'webpack-dev-server',
    files: {
      'public/index.html': html('<script src="/main.js"></script>'),
      'webpack.config.mjs': `import images from 'unplugin-image-prompt/webpack';
export default {
  mode: 'development', context: import.meta.dirname, entry: './src/main.js', plugins: [images()],
  output: { filename: 'main.js', publicPath: '/' }, infrastructureLogging: { level: 'none' }, stats: 'none',
  devServer: { host: '127.0.0.1', port: 'auto', hot: true, static: { directory: import.meta.dirname + '/public', watch: false } },
};
`,
    },
    start: (project, env) => serve('webpack', project, env),
    overlay: '#webpack-dev-server-client-overlay',
  },
  {
    name: 'Rsbuild',
    files: {
      'index.html': html(''),
      'rsbuild.config.mjs': `import images from 'unplugin-image-prompt/rsbuild';
export default {
  plugins: [images()], source: { entry: { index: './src/main.js' } }, html: { template: './index.html' },
  server: { host: '127.0.0.1', printUrls: false }, dev: { progressBar: false }, logLevel: 'silent',
};
`,
    },
    start: (project, env) => serve('rsbuild', project, env),
    overlay: 'rsbuild-error-overlay',
    reloadsAfterMistakes: true,
  },
];

const started: ChildProcess[] = [];
// Here, once for each test file: called within a test or a hook, it would not run.
afterAll(async () => {
  for (const child of started.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});

async function serve(bundler: string, project: Project, env: ChildEnv): Promise<string> {
  const child = fork(join(REPOSITORY, 'test/helpers/browser-serve.mjs'), [bundler], {
    cwd: project.root,
    env: childEnv(project, env),
    execArgv: [],
    silent: true,
  });
  started.push(child);
  const inbox = createInbox<{ type: string; origin: string }>(child);
  return (await inbox.next(({ type }) => type === 'ready', 60_000)).origin;
}
