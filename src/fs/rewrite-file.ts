import { chmod, stat } from 'node:fs/promises';
import { type PublishOptions, replaceFile } from './publish.ts';

/**
 * {@link replaceFile} for a file that people keep: its permissions stay as they are.
 * @throws the error of the file system; then the old file is untouched
 */
export async function rewriteFile(order: PublishOptions): Promise<void> {
  const { mode } = await stat(order.target);
  await replaceFile(order);
  // Where permissions cannot be set, they are those of the share; the text is written.
  await chmod(order.target, mode).catch(() => {});
}
