import type { Compiler } from 'webpack';
import { PLUGIN_NAME } from '../bundler-error.ts';
import type { Middleware } from '../dev.ts';

/** An entry of the list that dev servers give to `setupMiddlewares`. */
type Entry = { name?: string; middleware: Middleware } | Middleware;
type SetupMiddlewares = (middlewares: Entry[], server: unknown) => Entry[];

/**
 * Puts the middleware into webpack-dev-server or @rspack/dev-server.
 * @param asked whether the command line serves, so that there will be a server without a config for it
 * @param onServe told when a server takes it, before the first compilation
 */
export function serveFrom(
  compiler: Compiler,
  middleware: Middleware,
  { asked, onServe }: { asked: boolean; onServe: () => void },
): void {
  const options = compiler.options as { devServer?: false | Record<string, unknown> };
  if (asked) options.devServer ??= {};
  if (!options.devServer) return;
  const inner = options.devServer['setupMiddlewares'] as SetupMiddlewares | undefined;
  const setupMiddlewares: SetupMiddlewares = (middlewares, server) => {
    onServe();
    const list = inner ? inner(middlewares, server) : middlewares;
    // Behind the checks of the host, before whatever answers every path.
    const at = list.findIndex((one) => /dev-middleware$/.test(('name' in one && one.name) || ''));
    const entry = { name: PLUGIN_NAME, middleware };
    return at < 0 ? [entry, ...list] : [...list.slice(0, at), entry, ...list.slice(at)];
  };
  options.devServer['setupMiddlewares'] = setupMiddlewares;
}
