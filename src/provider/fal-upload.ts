import type { Digest, Recipe } from '../recipe/types.ts';
import { readRefusal } from './fal-answer.ts';
import { type FalSettings, type UploadOutcome, uploadToFal } from './fal-client.ts';
import { nameUpload } from './fal-edit.ts';
import { codeOfRefusal, type Failure, sayNoAnswer, sayRefusal, toError } from './fal-failure.ts';
import type { PreparedInput } from './prepare-input.ts';
import { type Try, tryRepeatedly } from './retry.ts';
import type { Upload } from './upload-memory.ts';

/** Seconds that the service is asked to keep an upload: longer than any request waits in its queue. */
const LIFE = 86_400;
/** Share of it in which new requests may still name the upload; each has the rest to be worked on. */
const REUSED = 0.5;

/** A file to upload. */
export interface FalUpload {
  /** Of the author's file. */
  digest: Digest;
  prepared: PreparedInput;
  /** The recipe that needs it first, for messages. */
  recipe: Recipe;
}

/**
 * Uploads a file. Free, so it is tried as often as any free call.
 * @throws ImagePromptError PROVIDER_*: nothing was sent that costs money
 */
export async function uploadFile(
  settings: FalSettings,
  { digest, prepared, recipe }: FalUpload,
  signal: AbortSignal,
): Promise<Upload> {
  const { bytes, contentType } = prepared;
  const name = nameUpload(digest, contentType);
  const file = new File([new Uint8Array(bytes)], name, { type: contentType });
  return await tryRepeatedly(
    async (): Promise<Try<Upload>> => {
      const { now } = settings.tools;
      // The service counts from when it takes the file, which is later.
      const until = now() + LIFE * REUSED * 1000;
      const made = await uploadToFal(settings, { file, seconds: LIFE, signal });
      if ('url' in made) return { value: { url: made.url, until } };
      const failure = judgeUpload(made);
      const { model, input } = recipe;
      const error = toError(failure, { model, prompt: input.prompt, secrets: settings.secrets });
      return { error, again: failure.again };
    },
    { tools: settings.tools, signal },
  );
}

/** Whatever went wrong, no request was sent. */
function judgeUpload({ outcome, stage }: Exclude<UploadOutcome, { url: string }>): Failure {
  const lead = 'a file of the edit was not uploaded, and nothing was sent:';
  if (outcome.kind !== 'answer') {
    const late = outcome.kind === 'lost' && outcome.reason === 'timeout';
    const { cause } = outcome;
    const broken = outcome.kind === 'unsent' && cause === undefined;
    const text = `${lead} ${broken ? 'the service named no place for it' : sayNoAnswer(outcome)}`;
    if (broken) return { code: 'PROVIDER_RESPONSE', text, again: false, ended: true };
    const again = !(outcome.kind === 'lost' && outcome.reason === 'aborted');
    if (!late) return { code: 'PROVIDER_UNAVAILABLE', text, again, ended: true, cause };
    const hint = 'Run the command again; on a slow line raise `callTimeout` of `fal()`.';
    return { code: 'PROVIDER_TIMEOUT', text, again, ended: true, hint, cause };
  }
  const refusal = readRefusal(outcome);
  const text = `${lead} ${sayRefusal(refusal)}`;
  const { status } = refusal;
  if (stage === 'put') {
    // The place's own refusals are never about the key; a permission that ran out is given anew.
    const again = status < 400 || status >= 500 || [401, 403, 404, 408, 410, 429].includes(status);
    const code = again ? 'PROVIDER_UNAVAILABLE' : 'PROVIDER_INVALID';
    return { code, text, again, ended: true };
  }
  const code = status < 400 ? 'PROVIDER_UNAVAILABLE' : codeOfRefusal(refusal);
  return { code, text, again: code === 'PROVIDER_UNAVAILABLE', ended: true };
}
