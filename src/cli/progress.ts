import { describeEvent, describeEvents } from '../engine/describe.ts';
import type { GenerateEvent } from '../engine/types.ts';
import { formatUsd, labelOf, printable } from '../report.ts';
import type { Terminal } from './terminal.ts';

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
  if (terminal.live) return createLiveProgress(terminal);
  return { onEvent: describeEvents((line) => terminal.err(line)), end() {} };
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
      const label = labelOf(event);
      if (event.type === 'stored' || event.type === 'failed') {
        active.delete(label);
        if (event.type === 'stored') spent = event.spentUsd;
        erase();
        const mark =
          event.type === 'stored' ? terminal.style('green', '✓') : terminal.style('red', '✗');
        terminal.err(`${mark} ${printable(label)}: ${describeEvent(event)}`);
      } else {
        active.set(label, describeEvent(event));
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
