import { ImagePromptError } from '../errors.ts';
import { isExactNumber, isWellFormed, normaliseText } from '../spec/text.ts';

/**
 * Copies plain data with every text in its normal form (contract, section 2). Names of fields stay
 * as they are: they are the service's words.
 * @throws ImagePromptError as {@link checkData} does
 */
export function normaliseData(value: unknown, path: string): unknown {
  return copyData(value, path, normaliseText);
}

/**
 * Makes sure that canonical JSON can carry plain data exactly.
 * @throws ImagePromptError SPEC_TEXT, SPEC_NUMBER or SPEC_TYPE
 */
export function checkData(value: unknown, path: string): void {
  copyData(value, path, (text) => text);
}

function copyData(value: unknown, path: string, mapText: (text: string) => string): unknown {
  if (typeof value === 'string') return mapText(checkText(value, path));
  if (typeof value === 'number') return checkNumber(value, path);
  if (value === null || typeof value === 'boolean') return value;
  if (Array.isArray(value)) {
    return value.map((item, index) => copyData(item, `${path}[${index}]`, mapText));
  }
  if (!isPlainMap(value)) {
    const message = `Expected plain data for \`${path}\`, received a ${typeof value}.`;
    throw new ImagePromptError('SPEC_TYPE', message);
  }
  // fromEntries defines fields, so even `__proto__` is an ordinary one.
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      checkText(name, path),
      copyData(field, `${path}.${name}`, mapText),
    ]),
  );
}

function checkText(value: string, path: string): string {
  if (isWellFormed(value)) return value;
  const message = `The text of \`${path}\` has half of a surrogate pair.`;
  throw new ImagePromptError('SPEC_TEXT', message);
}

function checkNumber(value: number, path: string): number {
  if (isExactNumber(value)) return value;
  const message = `Expected a number within ±(2^53 − 1) for \`${path}\`, received ${value}.`;
  throw new ImagePromptError('SPEC_NUMBER', message);
}

function isPlainMap(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
