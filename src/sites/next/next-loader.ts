import type { Options } from '../../options.ts';
import type { BundlerCommand } from '../../plugin/session.ts';
import { openSite } from '../open-site.ts';
import type { LoaderContext } from './types.ts';
import { writeSpecModule } from './write-spec-module.ts';

/** What the configuration tells the loader; Turbopack runs it in another process, so it is plain JSON. */
export interface LoaderOptions {
  root: string;
  command: BundlerCommand;
  options: Options;
}

/** The loader for `*.image.yaml`, of webpack and of Turbopack. */
export default function loadSpec(this: LoaderContext): void {
  const callback = this.async();
  const { root, command, options } = this.getOptions() as LoaderOptions;
  const { session } = openSite(
    { root, command, options },
    { env: process.env, cwd: root, now: () => performance.now() },
  );
  const watch = (dependencies: readonly string[], missing: readonly string[]): void => {
    for (const file of dependencies) this.addDependency(file);
    for (const file of missing) this.addMissingDependency?.(file);
  };
  // What was known of the spec is of an earlier call, and it would not be called without a change.
  session.forget(this.resourcePath);
  const id = `${this.resourcePath}${this.resourceQuery ?? ''}`;
  // What a build buys it has bought before it started, out of one budget.
  writeSpecModule(session, id, { frozen: command === 'build' }).then(
    ({ code, dependencies, missing }) => {
      watch(dependencies, missing);
      callback(null, code);
    },
    (error: Error) => {
      // Whoever mends one of them sees the picture without a restart.
      watch(session.dependenciesOf(this.resourcePath), session.missingOf(this.resourcePath));
      callback(error);
    },
  );
}
