// node bundlers-run.mjs BUNDLER build|watch, in the folder of a project and with an IPC channel: runs the
// bundler's own API over the project's config and sends what happened, errors field by field.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , bundler, mode] = process.argv;
const root = process.cwd();
const watching = mode === 'watch';

/** @param {Record<string, unknown>} event */
const send = (event) => process.send?.(event);

/** @param {any} error */
function describe(error) {
  const { message, name, plugin, id, loc, frame, hint } = error;
  // Rollup writes its own code over that of a plugin and keeps the plugin's here.
  const code = error.pluginCode ?? error.code;
  return { message, name, plugin, id, loc, frame, code, hint };
}

/** @param {any} error */
function failed(error) {
  // Rolldown throws one error around all, webpack one around that of a hook.
  const errors = (error.errors ?? [error.error ?? error]).map(describe);
  send({ type: 'end', ok: false, errors, warnings });
}

/** @type {string[]} */
let warnings = [];

async function loadConfig() {
  const file = pathToFileURL(join(root, `${bundler}.config.mjs`)).href;
  return (await import(file)).default;
}

/** Turns the events of a Rollup watcher into ours. @param {any} watcher */
function followRollup(watcher) {
  watcher.on('event', (/** @type {any} */ event) => {
    if (event.code === 'BUNDLE_START') send({ type: 'start' });
    if (event.code === 'BUNDLE_END') send({ type: 'end', ok: true, errors: [], warnings });
    if (event.code === 'ERROR') failed(event.error);
    event.result?.close?.();
  });
}

const run = {
  async vite() {
    const { build, createLogger } = await import('vite');
    const customLogger = createLogger('info');
    const { warn } = customLogger;
    customLogger.warn = (message, options) => {
      warnings.push(message);
      warn(message, options);
    };
    const result = await build({
      root,
      configFile: join(root, 'vite.config.mjs'),
      customLogger,
      ...(watching ? { build: { watch: {} } } : {}),
    });
    if (watching) followRollup(result);
    else send({ type: 'end', ok: true, errors: [], warnings });
  },

  async rollup() {
    const { rollup, watch } = await import('rollup');
    const config = await loadConfig();
    const onwarn = (/** @type {any} */ warning) => warnings.push(warning.message);
    if (watching) return followRollup(watch({ ...config, onwarn }));
    const bundle = await rollup({ ...config, onwarn });
    await bundle.write(config.output);
    await bundle.close();
    send({ type: 'end', ok: true, errors: [], warnings });
  },

  async webpack() {
    const { default: webpack } = await import('webpack');
    const compiler = webpack(await loadConfig());
    const report = (/** @type {any} */ fatal, /** @type {any} */ stats) => {
      if (fatal) return failed(fatal);
      const { errors, warnings: warned } = stats.compilation;
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
    };
    if (!watching) {
      await new Promise((resolve) => {
        compiler.run((...result) => compiler.close(() => resolve(report(...result))));
      });
      return;
    }
    compiler.hooks.watchRun.tap('test', () => send({ type: 'start' }));
    compiler.watch({ aggregateTimeout: 50 }, report);
  },
};

warnings = [];
try {
  await run[/** @type {keyof typeof run} */ (bundler)]();
} catch (error) {
  failed(error);
}
if (!watching) process.disconnect?.();
else process.once('disconnect', () => process.exit(0));
