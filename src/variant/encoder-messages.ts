import { type ErrorCode, ImagePromptError, isImagePromptError } from '../errors.ts';
import type { Analysis, EncodeJob, Provenance, VariantSpec } from './types.ts';

/** What the encoder's process is asked; `handle` names an original that it holds open. */
export type EncoderRequest =
  | { op: 'open'; id: number; handle: number; bytes: Uint8Array | null; job: EncodeJob }
  | {
      op: 'encode';
      id: number;
      handle: number;
      variant: VariantSpec;
      provenance: Provenance | null;
    }
  | { op: 'close'; handle: number };

/** What it answers: an analysis to `open`, bytes to `encode`, or what went wrong. */
export type EncoderAnswer =
  | { id: number; value: Analysis | Uint8Array }
  | { id: number; error: { code: ErrorCode | null; message: string; hint: string | null } };

/** Takes an error apart for another process. */
export function packError(error: unknown): Extract<EncoderAnswer, { error: object }>['error'] {
  if (isImagePromptError(error)) {
    const { code, message, hint } = error;
    return { code, message, hint };
  }
  return {
    code: null,
    message: error instanceof Error ? error.message : String(error),
    hint: null,
  };
}

/** Puts an error of another process together again. */
export function unpackError({ code, message, hint }: ReturnType<typeof packError>): Error {
  if (code === null) return new Error(message);
  return new ImagePromptError(code, message, hint === null ? {} : { hint });
}
