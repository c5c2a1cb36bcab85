// node --experimental-import-meta-resolve bundlers-run.mjs BUNDLER build|watch, in the folder of a project
// and with an IPC channel: runs the bundler's own API over the project's config and sends what happened,
// errors field by field.
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const [, , bundler, mode] = process.argv;
const root = process.cwd();
const watching = mode === 'watch';

/** @param {Record<string, unknown>} event */
const send = (event) => process.send?.(event);

/** Loads a package of the project. @param {string} name @returns {Promise<any>} */
const load = (name) =>
  import(import.meta.resolve(name, pathToFileURL(join(root, 'config.mjs')).href));

/** @param {any} error */
function describe(error) {
  const { message, name, plugin, id, loc, frame, hint } = error;
  // Rollup writes its own code over that of a plugin and keeps the plugin's here.
  const code = error.pluginCode ?? error.code;
  return { message, name, plugin, id, loc, frame, code, hint };
}

/** @type {string[]} */
let warnings = [];

function succeeded() {
  send({ type: 'end', ok: true, errors: [], warnings });
  warnings = [];
}

/** @param {any} error */
function failed(error) {
  // Rolldown throws one error around all, webpack one around that of a hook.
  const errors = (error.errors ?? [error.error ?? error]).map(describe);
  send({ type: 'end', ok: false, errors, warnings });
  warnings = [];
}

async function loadConfig() {
  const file = pathToFileURL(join(root, `${bundler}.config.mjs`)).href;
  return (await import(file)).default;
}

/** Turns the events of a Rollup watcher into ours. @param {any} watcher */
function followRollup(watcher) {
  watcher.on('event', (/** @type {any} */ event) => {
    if (event.code === 'BUNDLE_START') send({ type: 'start' });
    if (event.code === 'BUNDLE_END') succeeded();
    if (event.code === 'ERROR') failed(event.error);
    event.result?.close?.();
  });
}

/** Rollup and Rolldown. @param {string} name */
async function runRollup(name) {
  const { [name]: bundle, watch } = await load(name);
  const config = await loadConfig();
  const onwarn = (/** @type {any} */ warning) => warnings.push(warning.message);
  if (watching) return followRollup(watch({ ...config, onwarn }));
  const bundled = await bundle({ ...config, onwarn });
  try {
    for (const output of [config.output].flat()) await bundled.write(output);
  } finally {
    await bundled.close();
  }
  succeeded();
}

/** Reports the end of a build of webpack, Rspack or Rsbuild. @param {any} stats */
function reportStats(stats) {
  const compilations = (stats.stats ?? [stats]).map((/** @type {any} */ one) => one.compilation);
  const errors = compilations.flatMap((/** @type {any} */ one) => [...one.errors]);
  const warned = compilations.flatMap((/** @type {any} */ one) => [...one.warnings]);
  send({
    type: 'end',
    ok: errors.length === 0,
    // webpack wraps what a module threw; both say something.
    errors: errors.map((/** @type {any} */ error) => ({
      ...describe(error.error ?? error),
      text: error.message,
      moduleId: error.module?.resource,
    })),
    warnings: warned.map((/** @type {any} */ warning) => warning.message),
  });
}

/** webpack and Rspack. @param {string} name */
async function runWebpack(name) {
  const { default: webpack } = await load(name);
  const compiler = webpack(await loadConfig());
  const report = (/** @type {any} */ fatal, /** @type {any} */ stats) =>
    fatal ? failed(fatal) : reportStats(stats);
  if (!watching) {
    await new Promise((done) => {
      compiler.run((/** @type {any[]} */ ...result) =>
        compiler.close(() => done(report(result[0], result[1]))),
      );
    });
    return;
  }
  for (const one of compiler.compilers ?? [compiler]) {
    one.hooks.watchRun.tap('test', () => send({ type: 'start' }));
  }
  compiler.watch({ aggregateTimeout: 50 }, report);
}

/** A message of esbuild in the shape of the others. @param {any} message */
function describeMessage({ text, pluginName, location, notes, detail }) {
  const { file = '', line, column, lineText } = location ?? {};
  return {
    message: text,
    plugin: pluginName,
    id: detail?.id,
    // What a plugin says at the end of a build keeps its text alone.
    code: detail?.code ?? /^([A-Z]+_[A-Z_]+): /.exec(text)?.[1],
    ...(location ? { loc: { file: resolve(root, file), line, column }, frame: lineText } : {}),
    hint: notes.map((/** @type {any} */ note) => note.text).join('\n'),
  };
}

/** @param {string} text of a Rust string */
function unquote(text) {
  try {
    return JSON.parse(
      text.replace(/\\u\{([0-9a-f]+)\}/g, (_, hex) => `\\u${hex.padStart(4, '0')}`),
    );
  } catch {
    return text;
  }
}

const run = {
  async vite() {
    const { build, createBuilder, createLogger } = await load('vite');
    const customLogger = createLogger('info');
    const { warn } = customLogger;
    customLogger.warn = (/** @type {string} */ message, /** @type {any} */ options) => {
      warnings.push(message);
      warn(message, options);
    };
    const inline = { root, configFile: join(root, 'vite.config.mjs'), customLogger };
    if (watching) return followRollup(await build({ ...inline, build: { watch: {} } }));
    // What `vite build --app` does.
    if (process.env['TEST_BUILD_APP']) await (await createBuilder(inline)).buildApp();
    else await build(inline);
    succeeded();
  },

  rollup: () => runRollup('rollup'),
  rolldown: () => runRollup('rolldown'),
  webpack: () => runWebpack('webpack'),
  rspack: () => runWebpack('@rspack/core'),

  async rsbuild() {
    const { createRsbuild } = await load('@rsbuild/core');
    const rsbuild = await createRsbuild({ cwd: root, rsbuildConfig: await loadConfig() });
    let reported = false;
    const report = (/** @type {any} */ { stats }) => {
      if (!stats) return;
      reported = true;
      reportStats(stats);
    };
    rsbuild.onBeforeBuild(() => send({ type: 'start' }));
    rsbuild.onAfterBuild(report);
    // A build that fails rejects as well.
    await rsbuild.build({ watch: watching }).then(
      (/** @type {any} */ { close }) => (watching ? undefined : close()),
      (/** @type {any} */ error) => (reported ? undefined : failed(error)),
    );
  },

  async esbuild() {
    const { build, context } = await load('esbuild');
    const config = await loadConfig();
    const onwarn = (/** @type {any} */ result) =>
      warnings.push(...result.warnings.map((/** @type {any} */ { text }) => text));
    /** @param {any} result */
    const report = (result) => {
      onwarn(result);
      if (result.errors.length === 0) return succeeded();
      send({ type: 'end', ok: false, errors: result.errors.map(describeMessage), warnings });
      warnings = [];
    };
    if (!watching) return report(await build(config).catch((/** @type {any} */ error) => error));
    const follow = {
      name: 'test',
      setup(/** @type {any} */ { onStart, onEnd }) {
        onStart(() => void send({ type: 'start' }));
        onEnd(report);
      },
    };
    await (await context({ ...config, plugins: [...config.plugins, follow] })).watch();
  },

  async farm() {
    const { build, watch, NoopLogger } = await load('@farmfe/core');
    let reported = false;
    /** @param {unknown} said */
    const fail = (said) => {
      reported = true;
      const text = stripVTControlCharacters(said instanceof Error ? said.message : String(said));
      // Of an error that a plugin throws, Farm keeps the message, as Rust prints a string.
      const thrown = /NAPIError\(("(?:[^"\\]|\\.)*")\)/.exec(text)?.[1];
      failed({ message: thrown === undefined ? text : unquote(thrown) });
    };
    const logger = Object.assign(new NoopLogger(), {
      warn: (/** @type {unknown} */ message) =>
        warnings.push(stripVTControlCharacters(String(message))),
      // Its own logger ends the process.
      error: fail,
      errorOnce: fail,
      info(/** @type {unknown} */ message) {
        if (!watching || !String(message).includes('Build completed in')) return;
        succeeded();
      },
    });
    const config = { ...(await loadConfig()), logger };
    if (watching) {
      const follow = {
        name: 'test',
        buildStart: { executor: () => void send({ type: 'start' }) },
        updateModules: { executor: () => void send({ type: 'start' }) },
      };
      return await watch({ ...config, plugins: [...config.plugins, follow] });
    }
    await build(config);
    if (!reported) succeeded();
  },
};

try {
  await run[/** @type {keyof typeof run} */ (bundler)]();
} catch (error) {
  failed(error);
}
if (!watching) {
  process.disconnect?.();
  // Farm and Rsbuild keep handles open.
  if (bundler === 'farm' || bundler === 'rsbuild') process.exit(0);
} else process.once('disconnect', () => process.exit(0));
