import type { GenerateEvent } from '../engine/types.ts';
import { formatBytes, formatUsd, printable, type Terminal } from './terminal.ts';

/** Shows what a generate is doing. */
export interface Progress {
  onEvent(event: GenerateEvent): void;
  /** Removes the live lines; call it before anything else is printed. */
  end(): void;
}

const ERASE_DOWN = '\u001b[0J';
const REDRAW_MS = 100;

/** Live lines on a terminal, one plain line for each step anywhere else. */
export function createProgress(terminal: Terminal): Progress {
  return terminal.live ? createLiveProgress(terminal) : createPlainProgress(terminal);
}

function createPlainProgress(terminal: Terminal): Progress {
  // A queue is polled every few seconds; a log wants to hear of it once.
  const last = new Map<string, string>();
  return {
    onEvent(event) {
      const text = describe(event);
      // The report says it again, with what to do.
      if (event.type === 'failed') return;
      if (last.get(event.file) === event.type && event.type !== 'stored') return;
      last.set(event.file, event.type);
      terminal.err(`${printable(event.file)}: ${text}`);
    },
    end() {},
  };
}

function createLiveProgress(terminal: Terminal): Progress {
  const active = new Map<string, string>();
  let spent = 0;
  let drawn = 0;
  let timer: NodeJS.Timeout | null = null;

  const erase = (): void => {
    if (drawn > 0) terminal.rewrite(`\u001b[${drawn}A\r${ERASE_DOWN}`);
    drawn = 0;
  };
  const draw = (): void => {
    timer = null;
    erase();
    const lines = [...active].map(([file, text]) => `${printable(file)}: ${text}`);
    if (lines.length > 0) lines.push(`${formatUsd(spent)} so far`);
    const fitting = lines.map((line) => line.slice(0, Math.max(20, terminal.columns - 1)));
    if (fitting.length > 0) terminal.rewrite(`${fitting.join('\n')}\n`);
    drawn = fitting.length;
  };

  return {
    onEvent(event) {
      if (event.type === 'stored' || event.type === 'failed') {
        active.delete(event.file);
        if (event.type === 'stored') spent = event.spentUsd;
        erase();
        const mark =
          event.type === 'stored' ? terminal.style('green', '✓') : terminal.style('red', '✗');
        terminal.err(`${mark} ${printable(event.file)}: ${describe(event)}`);
      } else {
        active.set(event.file, describe(event));
      }
      timer ??= setTimeout(draw, REDRAW_MS).unref();
    },
    end() {
      if (timer) clearTimeout(timer);
      timer = null;
      erase();
    },
  };
}

function describe(event: GenerateEvent): string {
  switch (event.type) {
    case 'start':
      return `asking for ${event.count === 1 ? 'a picture' : `${event.count} pictures`} (${formatUsd(event.usd)})`;
    case 'submitted':
      return `accepted as ${event.requestId}`;
    case 'queued':
      return event.position === null ? 'queued' : `queued, place ${event.position + 1}`;
    case 'running':
      return 'running';
    case 'waiting':
      return `waiting: ${printable(event.message)}`;
    case 'stored':
      return `stored, ${formatBytes(event.bytes)}, ${formatUsd(event.image.usd)} (${formatUsd(event.spentUsd)} so far)`;
    case 'failed':
      return `${event.failure.code}: ${printable(event.failure.message)}`;
  }
}
