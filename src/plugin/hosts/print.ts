/** Prints a line where a bundler gives plugins no way to, beside what the bundler prints itself. */
export function printLine(text: string): void {
  // stdout belongs to what is built.
  console.warn(text);
}
