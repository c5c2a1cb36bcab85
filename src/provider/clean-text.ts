const MAX_LENGTH = 300;
/** Shorter pieces of a prompt say nothing and may be ordinary words of a message. */
const MIN_PIECE = 16;

/**
 * Makes a text of the service fit for a log line: no control characters, no key, no prompt, not long.
 * @param secrets texts that must not appear, such as the key
 * @param prompt what was asked for; the service likes to repeat it
 */
export function cleanText(
  text: string,
  { secrets, prompt }: { secrets: readonly string[]; prompt: string },
): string {
  const lines = prompt.split('\n').filter((line) => line.length >= MIN_PIECE);
  const pieces = prompt.length >= 3 ? [prompt, ...lines] : [];
  let clean = text;
  for (const secret of secrets.flatMap(partsOf)) clean = clean.replaceAll(secret, '[key]');
  for (const piece of pieces) clean = clean.replaceAll(piece, '[prompt]');
  // Control characters, bidirectional overrides and line separators could forge lines of a terminal.
  clean = clean
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return clean.length > MAX_LENGTH ? `${clean.slice(0, MAX_LENGTH - 1)}…` : clean;
}

/** A key `ID:SECRET` may be repeated in part. */
function partsOf(secret: string): string[] {
  return [secret, ...secret.split(':')].filter((part) => part.length >= 8);
}
