import type { Terminal } from './terminal.ts';

/** Ctrl-C while requests are under way. */
export interface Interrupt {
  /** Aborted by the first Ctrl-C. */
  signal: AbortSignal;
  /** Gives Ctrl-C back its usual meaning. */
  end(): void;
}

/**
 * The first Ctrl-C stops new requests and lets the run end in order; the second leaves at once. Either
 * way what was submitted is in the journal.
 */
export function stopOnInterrupt(terminal: Terminal): Interrupt {
  const controller = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
    terminal.err(
      'Stopping: nothing more is submitted. `npx image-prompt resume` finishes what is under way, `generate --cancel` takes back what is still queued. Again to leave at once.',
    );
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    end() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
