import type { Compiler } from 'webpack';
import { PLUGIN_NAME } from '../bundler-error.ts';
import type { BundlerCommand, Session } from '../session.ts';

/** Compilers that watch, by the session of their root; each of them has a host of its own. */
const watching = new WeakMap<Session, Set<Compiler>>();

/**
 * Tells the session what a compiler begins. A dev server makes itself known to one compiler of a site:
 * it serves all of them, or every rebuild would drop the engine, and pages would not agree with their
 * server.
 */
export function beginRun(
  session: Session,
  compiler: Compiler,
  command: Exclude<BundlerCommand, 'serve'>,
): void {
  if (command === 'watch') watching.set(session, watchersOf(session).add(compiler));
  session.start({
    root: session.root,
    command: session.command === 'serve' ? 'serve' : command,
  });
}

/** Leaves no encoder behind a compiler that has ended: its process may go on without it. */
export function endWithCompiler(session: Session, compiler: Compiler): void {
  // A dev server that stops need not close its compiler.
  compiler.hooks.watchClose.tap(PLUGIN_NAME, () => {
    // Never rejects.
    void session.close();
    const watchers = watchersOf(session);
    // Nobody serves any more: what the process builds next is for good.
    if (watchers.delete(compiler) && watchers.size === 0) {
      session.start({ root: session.root, command: 'build' });
    }
  });
  compiler.hooks.shutdown.tapPromise(PLUGIN_NAME, () => session.close());
}

function watchersOf(session: Session): Set<Compiler> {
  return watching.get(session) ?? new Set();
}
