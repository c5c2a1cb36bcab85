import { ImagePromptError } from '../errors.ts';
import type { Recipe } from '../recipe/types.ts';
import { callFal, type FalSettings } from './fal-client.ts';
import { type Failure, type FailureContext, toError } from './fal-failure.ts';
import { judgeResult, judgeStatus } from './fal-judge.ts';
import { readResult, readStatus } from './fal-result.ts';
import { requireModel } from './fal-submit.ts';
import { isRequestId, type RequestUrlKind, trustRequestUrl } from './fal-url.ts';
import { type Try, tryRepeatedly } from './retry.ts';
import type { Progress, ProviderCall, ProviderResult, Submission } from './types.ts';

/** A request that was accepted. */
export interface FalRequest {
  recipe: Recipe;
  submission: Submission;
}

/**
 * Asks where a request stands and fetches the result of a finished one. Both are free and repeated a
 * few times when the way to the service is troubled.
 * @throws ImagePromptError PROVIDER_*; `ended` tells whether the request has failed for good
 */
export async function pollFal(
  settings: FalSettings,
  request: FalRequest,
  { signal }: ProviderCall,
): Promise<Progress> {
  const { model } = request.recipe;
  const { requestId } = requireRequest(request);
  const context = contextOf(settings, request);
  const retry = { tools: settings.tools, signal };
  const report = await tryRepeatedly(async () => {
    const url = namedUrl(settings, request, 'status');
    const outcome = await callFal(settings, { signal, url }, (client) =>
      client.queue.status(model, { requestId }),
    );
    const value = readStatus(outcome);
    return value ? { value } : fail(judgeStatus(outcome), context);
  }, retry);
  if (report.state === 'queued') return { state: 'queued', position: report.position };
  if (report.state === 'running') return { state: 'running' };
  const result = await tryRepeatedly(async (): Promise<Try<ProviderResult>> => {
    const url = namedUrl(settings, request, 'response');
    const outcome = await callFal(settings, { signal, url }, (client) =>
      client.queue.result(model, { requestId }),
    );
    const value = readResult(outcome, model);
    return value?.media.length ? { value } : fail(judgeResult(outcome, report.failed), context);
  }, retry);
  return { state: 'completed', result };
}

/** Takes a queued request back. True only when it was still queued: a running one may finish and bill. */
export async function cancelAtFal(
  settings: FalSettings,
  request: FalRequest,
  { signal }: ProviderCall,
): Promise<boolean> {
  const { requestId } = requireRequest(request);
  const url = namedUrl(settings, request, 'cancel');
  return await tryRepeatedly(
    async (): Promise<Try<boolean>> => {
      const outcome = await callFal(settings, { signal, url }, (client) =>
        client.queue.cancel(request.recipe.model, { requestId }),
      );
      const known = outcome.kind === 'answer' && [200, 202, 400, 404].includes(outcome.status);
      if (known) return { value: outcome.status === 200 };
      return fail(judgeStatus(outcome), contextOf(settings, request));
    },
    { tools: settings.tools, signal },
  );
}

/** Ids from a journal become part of a URL. */
function requireRequest({ recipe, submission }: FalRequest): Submission {
  requireModel(recipe.model);
  if (isRequestId(submission.requestId)) return submission;
  throw new ImagePromptError('PROVIDER_INVALID', 'Expected a UUID as the request id of fal.', {
    hint: 'The journal was changed by hand; look the request up in the history of the account.',
  });
}

function namedUrl(
  { baseUrl }: FalSettings,
  { submission }: FalRequest,
  kind: RequestUrlKind,
): string | null {
  const { requestId } = submission;
  return trustRequestUrl(submission[`${kind}Url`], { kind, requestId, baseUrl });
}

function contextOf({ secrets }: FalSettings, { recipe, submission }: FalRequest): FailureContext {
  const { requestId } = submission;
  return { model: recipe.model, prompt: recipe.input.prompt, secrets, requestId };
}

function fail(failure: Failure, context: FailureContext): Try<never> {
  return { error: toError(failure, context), again: failure.again };
}
