import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import {
  type BuildResult,
  type Bundler,
  type ChildEnv,
  type Project,
  startRunner,
} from './bundlers.ts';
import { createInbox } from './bundlers-inbox.ts';

/** A bundler that watches, in a process of its own. */
export interface Watcher {
  /**
   * Waits for the end of a build of which this is true; builds before it are passed over, since
   * bundlers may build more often than files change.
   */
  until(wanted: (result: BuildResult) => boolean): Promise<BuildResult>;
  /** Lets the bundler end what it has begun, so that the next edit is seen as one. */
  settle(): Promise<void>;
  /** Ends it before the test does. */
  stop(): Promise<void>;
}

/** Starts watching; ends with the test. */
export function watch(project: Project, bundler: Bundler, env: ChildEnv = {}): Watcher {
  const child = startRunner(project, bundler, 'watch', env);
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  onTestFinished(stop);
  type Event = BuildResult & { type: 'start' | 'end' };
  const inbox = createInbox<Event>(child);
  /** Lets a silence pass; the silence of a bundler at work is none. */
  const hearNext = async (last: Event | null): Promise<Event | null> => {
    if (last?.type === 'start') return await inbox.next(() => true);
    return await inbox.next(() => true, 400).catch(() => null);
  };
  return {
    stop,
    until: (wanted) => inbox.next((event) => event.type === 'end' && wanted(event)),
    async settle() {
      let last: Event | null = null;
      do last = await hearNext(last);
      while (last !== null);
    },
  };
}
