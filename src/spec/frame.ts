/** Lines shown before and after the marked one. */
const CONTEXT = 1;
/** Longest part of a line that is shown: a frame locates, it does not print whole prompts. */
const WINDOW = 80;

// Bidirectional controls count as control characters: they can make a terminal show other text than
// the file holds (CVE-2021-42574).
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const SECRET_NAME = /(?:api_?key|token|secret|password)$/i;
const SECRET = /((?:api_?key|token|secret|password)["']?\s*[:=]\s*)\S.*/i;

/**
 * Makes text safe to print: control characters become `�`, tabs one space. Line feeds stay.
 */
export function stripControls(text: string): string {
  return text.replace(/\t/g, ' ').replace(CONTROLS, '\ufffd');
}

/** Whether the value of a field of this name is left out of what is printed. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/**
 * The lines around a place, with numbers and a marker under the column.
 * Long lines are cut around the column, control characters replaced, values of secrets left out.
 * @param line from 1
 * @param column from 1
 */
export function codeFrame(text: string, line: number, column: number): string {
  const lines = text.split('\n');
  return frameLines(
    { lineCount: lines.length, readLine: (number) => lines[number - 1] ?? '' },
    line,
    column,
  );
}

/** Lines of a text by their number from 1. */
export interface NumberedLines {
  lineCount: number;
  readLine: (number: number) => string;
}

/** {@link codeFrame} of a text whose lines are known already. */
export function frameLines(lines: NumberedLines, line: number, column: number): string {
  const first = Math.max(1, line - CONTEXT);
  const last = Math.min(lines.lineCount, line + CONTEXT);
  const gutter = String(last).length;
  // All lines are cut at the same column, so that the marker and indentation stay true.
  const cut = column <= WINDOW - 20 ? 0 : column - WINDOW / 2;
  const frame: string[] = [];
  for (let number = first; number <= last; number++) {
    const shown = cutLine(lines.readLine(number), cut);
    const mark = number === line ? '>' : ' ';
    frame.push(`${mark} ${String(number).padStart(gutter)} | ${shown}`.trimEnd());
    if (number === line) {
      const offset = column - 1 - cut + (cut > 0 ? 1 : 0);
      frame.push(`  ${' '.repeat(gutter)} | ${' '.repeat(offset)}^`);
    }
  }
  return frame.join('\n');
}

function cutLine(line: string, cut: number): string {
  // The whole line is searched for secrets: one that is cut off at its start must not show its end.
  const safe = line.replace(/\r$/, '').replace(SECRET, '$1…');
  const clean = stripControls(safe.slice(cut, cut + WINDOW + 1));
  const start = cut > 0 ? `…${clean}` : clean;
  return start.length > WINDOW ? `${start.slice(0, WINDOW - 1)}…` : start;
}
