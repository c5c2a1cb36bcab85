import { resolve } from 'node:path';
import { isImagePromptError } from '../errors.ts';
import { identifyFile, isAtRest } from '../fs/file-identity.ts';
import type { Memo } from '../fs/memo.ts';
import type { InputRole, InspectedInput } from '../provider/inspect-input.ts';
import { digestOf } from '../recipe/key.ts';
import type { Digest } from '../recipe/types.ts';
import { isAddress } from '../spec/edit.ts';
import type { FileRead, ReadFile } from '../spec/files.ts';
import type { FindRemote } from './remote-inputs.ts';

/** Largest file of an edit in bytes: several times what any service takes. */
export const MAX_INPUT_BYTES = 256 * 1024 * 1024;

/** A local file that an edit works on. */
export interface LocalFile {
  /** Absolute path. */
  at: string;
  digest: Digest;
  info: InspectedInput;
}

/** What is wrong with a file, for its author. */
export interface InputTrouble {
  message: string;
  hint: string;
  /** Whether a file of the name may appear. */
  missing: boolean;
}

/** Looks at local files; what was looked at before and not touched since is known. */
export type LookAtFile = (file: string, role: InputRole) => Promise<LocalFile | InputTrouble>;

/**
 * @param root absolute path that files are relative to
 * @param findRemote for addresses; null where they are refused
 */
export function createFileLook(
  root: string,
  { read, memo, findRemote }: { read: ReadFile; memo: Memo; findRemote: FindRemote | null },
): LookAtFile {
  return async (file, role) => {
    const path = findRemote && isAddress(file) ? await findRemote(file) : resolve(root, file);
    if (typeof path !== 'string') return path;
    const identity = identifyFile(path);
    const name = `${role} ${path}`;
    const known = memo.get('input', name) as (Omit<LocalFile, 'at'> & { id: string }) | undefined;
    if (identity !== null && known?.id === identity.id) {
      return { at: path, digest: known.digest, info: known.info };
    }
    const found = await read(path, MAX_INPUT_BYTES);
    if (found.kind !== 'bytes') return describeUnread(found, file);
    const bytes = Buffer.from(found.bytes);
    const { inspectInput } = await import('../provider/inspect-input.ts');
    try {
      const digest = digestOf(bytes);
      const info = await inspectInput(bytes, role);
      if (identity !== null && isAtRest(identity)) {
        memo.set('input', name, { digest, info, id: identity.id });
      }
      return { at: path, digest, info };
    } catch (error) {
      if (!isImagePromptError(error)) throw error;
      return { message: `${file}: ${error.message}`, hint: error.hint, missing: false };
    }
  };
}

function describeUnread(read: Exclude<FileRead, { kind: 'bytes' }>, file: string): InputTrouble {
  const hint = 'The path is relative to the file that it stands in.';
  const trouble = (why: string, missing = false): InputTrouble => ({
    message: `The file ${file} cannot be read: ${why}.`,
    hint,
    missing,
  });
  if (read.kind === 'missing') return trouble('there is no such file', true);
  if (read.kind === 'not-a-file') return trouble('it is not a plain file', true);
  return trouble(read.kind === 'failed' ? read.message : 'it is larger than 256 MiB');
}
