import { isSecretName } from './frame.ts';

/** A plain value with `…` for each secret in it, as frames have it: what is printed reaches logs. */
export function hideSecrets(value: unknown, path: readonly string[]): unknown {
  if (path.some(isSecretName)) return '…';
  if (Array.isArray(value)) return value.map((item) => hideSecrets(item, []));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value);
  return Object.fromEntries(fields.map(([name, field]) => [name, hideSecrets(field, [name])]));
}
