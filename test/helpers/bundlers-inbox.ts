import type { ChildProcess } from 'node:child_process';

/** Messages of a child process, in order. */
export interface Inbox<T> {
  /**
   * Waits for a message, and drops it and those before it.
   * @throws what the child printed, when none comes in time
   */
  next(wanted: (message: T) => boolean, timeout?: number): Promise<T>;
  forget(): void;
}

export function createInbox<T>(child: ChildProcess): Inbox<T> {
  let messages: T[] = [];
  let said = '';
  let wake = (): void => {};
  child.on('message', (message) => {
    messages.push(message as T);
    wake();
  });
  child.on('exit', () => wake());
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (data: Buffer) => {
      said += data.toString();
    });
  }
  return {
    async next(wanted, timeout = 90_000) {
      const end = Date.now() + timeout;
      for (;;) {
        const at = messages.findIndex(wanted);
        const message = messages[at];
        if (message !== undefined) {
          messages = messages.slice(at + 1);
          return message;
        }
        const left = end - Date.now();
        if (left <= 0 || child.exitCode !== null) {
          const waiting = JSON.stringify(messages);
          throw new Error(`The child did not say what was waited for.\n${waiting}\n${said}`);
        }
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
    forget() {
      messages = [];
    },
  };
}
