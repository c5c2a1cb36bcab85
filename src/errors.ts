/**
 * The catalogue of everything that can go wrong, and the one error class that carries it.
 *
 * A code is permanent: scripts and editors match on it, so it may be added but never renamed.
 */

/** Title and default hint of each code. The hint says what to do; a place may give a better one. */
export const CATALOGUE = {
  SPEC_YAML: ['The file is not valid YAML', 'Fix the YAML at the marked place.'],
  SPEC_DUPLICATE_KEY: ['A field is written twice', 'Remove one of the two.'],
  SPEC_NOT_A_MAP: ['A spec is a map of fields', 'Start with `prompt:` and `alt:`.'],
  SPEC_UNKNOWN_FIELD: ['The field does not exist', 'Remove it, or see the spec reference.'],
  SPEC_MISSING_FIELD: ['A required field is missing', 'Add the field.'],
  SPEC_TYPE: ['The value has the wrong type', 'Write a value of the expected type.'],
  SPEC_VALUE: ['The value is out of range', 'Write one of the allowed values.'],
  SPEC_MODEL: ['The model id is malformed', 'Write it as OWNER/APP, such as `openai/gpt-image-2`.'],
  SPEC_SIZE: [
    'The size cannot be made by the model',
    'Choose a size within the limits of the model.',
  ],
  SPEC_PROMPT: ['The prompt cannot be sent', 'Shorten or clean the prompt.'],
  SPEC_NUMBER: [
    'The number cannot be represented exactly',
    'Quote it as text, or use a smaller number.',
  ],
  SPEC_TEXT: ['The text is not valid Unicode', 'Replace the broken character.'],
  SPEC_VAR: [
    'The variable is not defined',
    'Define it under `vars:`; `{{{{` writes a literal `{{`.',
  ],
  SPEC_EXTENDS: ['The base file cannot be used', 'Check the path under `extends:`.'],
  SPEC_EXTENDS_CYCLE: ['The base files extend each other in a circle', 'Break the circle.'],
  SPEC_INPUT: ['The field does not belong under `input`', 'Write it at the top level of the spec.'],
  SPEC_INPUT_UNKNOWN: [
    'The model does not know this field',
    'Remove it: the service ignores it silently and bills.',
  ],
  SPEC_EDIT: [
    'An edit cannot be made as it is written',
    'Check the paths under `edit:`: png, jpeg or webp files, or other specs, relative to the file they stand in.',
  ],
  SPEC_EDIT_CYCLE: [
    'Specs are made from each other in a circle',
    'Remove one of the specs from the `edit.images` of another.',
  ],
  SPEC_MATRIX: [
    'The pictures of a matrix cannot be told apart as it is written',
    'Name each axis and each of its values once: `matrix: { locale: [en, ja] }`.',
  ],
  SPEC_TOO_LARGE: ['The file is too large', 'A spec may hold 256 KiB.'],
  SPEC_TOO_COMPLEX: [
    'The YAML is nested or aliased too deeply',
    'Flatten it, or write the values out.',
  ],
  SPEC_READ: ['The file cannot be read', 'Check the path and the permissions.'],
  SPEC_COMPOSE: [
    'This is a Docker Compose file, not an image spec',
    'Rename it, or import another file.',
  ],
  SPEC_PICK: ['The picked candidate does not exist', 'Pick one that `image-prompt list` shows.'],
  SPEC_QUERY: [
    'The query of the import is not understood',
    'Only `?url` is understood; sizes and formats stand under `output` in the spec.',
  ],
  CONFIG_INVALID: ['The configuration is not valid', 'Fix the option.'],
  CONFIG_LOAD: ['The configuration file cannot be loaded', 'Fix the error it throws.'],
  MISSING_FROZEN: [
    'Pictures are missing and this run may not pay',
    'Run `npx image-prompt generate` where you may pay, and commit the store. To build with sketches meanwhile, set IMAGE_PROMPT_ON_MISSING=sketch.',
  ],
  MISSING_SKETCH: [
    'A production build holds sketches',
    'Generate the pictures, or ask for sketches with `onMissing: "sketch"`.',
  ],
  MISSING_INPUT: [
    'A picture that an edit works on is not there',
    'Generate that picture first: what keeps it from being made is told of it.',
  ],
  BUDGET_EXCEEDED: [
    'The budget of this run is used up',
    'Raise `budget`, or generate fewer pictures at a time.',
  ],
  BUDGET_CONSENT: [
    'The price is not known and nobody agreed to it',
    'Run `npx image-prompt generate --yes` to accept it.',
  ],
  PROVIDER_AUTH: ['The service refused the key', 'Check FAL_KEY.'],
  PROVIDER_NO_KEY: [
    'There is no key for the service',
    'Set FAL_KEY, or use `sketch()` as the provider.',
  ],
  PROVIDER_BALANCE: ['The account cannot pay', 'Top up the balance of the account.'],
  PROVIDER_REFUSED: ['The content policy refused the prompt', 'Change the prompt.'],
  PROVIDER_INVALID: ['The service did not accept the request', 'See the message of the service.'],
  PROVIDER_UNAVAILABLE: [
    'The service is not available',
    'Try again later; nothing was paid for this picture.',
  ],
  PROVIDER_TIMEOUT: [
    'The service did not finish in time',
    'Run the command again: it goes on with the same request.',
  ],
  PROVIDER_IN_DOUBT: [
    'A request was sent and its answer was lost',
    'Check the request history of the account, then `generate --retry-in-doubt`.',
  ],
  PROVIDER_INTERRUPTED: [
    'The run was stopped while requests were under way',
    'Run `npx image-prompt resume` to finish them; nothing is paid again.',
  ],
  PROVIDER_GONE: [
    'The service no longer knows the request',
    'Look it up in the history of the account; `generate --retry-in-doubt` gives the request up and pays for another picture.',
  ],
  PROVIDER_RESPONSE: [
    'The answer of the service is not understood',
    'Report it with the request id.',
  ],
  STORE_BROKEN: [
    'An original is missing or corrupt',
    'Restore it from git, or run `npx image-prompt verify --repair`.',
  ],
  STORE_LFS: ['An original is still a git-LFS pointer', 'Run `git lfs pull`.'],
  STORE_RECORD: ['A record of the store is damaged', 'Restore it from git.'],
  STORE_NEWER: ['The store was written by a newer release', 'Upgrade unplugin-image-prompt.'],
  STORE_WRITE: ['The store cannot be written', 'Check space and permissions of the store.'],
  IMAGE_DOWNLOAD: [
    'The picture cannot be downloaded',
    'Run the command again: it goes on with the same request. Where that does not help, `generate --retry-in-doubt` gives the request up and pays for another picture.',
  ],
  IMAGE_HOST: [
    'The picture lies on a host that is not allowed',
    'Report it with the request id; `generate --retry-in-doubt` gives the request up and pays for another picture.',
  ],
  IMAGE_TYPE: [
    'The downloaded bytes are not a picture',
    'Run the command again: it goes on with the same request. Where that does not help, `generate --retry-in-doubt` gives the request up and pays for another picture.',
  ],
  IMAGE_CORRUPT: [
    'The downloaded picture is damaged',
    'Run the command again: it goes on with the same request. Where that does not help, `generate --retry-in-doubt` gives the request up and pays for another picture.',
  ],
  IMAGE_SIZE: [
    'The picture does not have the size that was asked for',
    'Report it with the request id; `generate --retry-in-doubt` gives the request up and pays for another picture.',
  ],
  IMAGE_TOO_LARGE: [
    'The picture is larger than allowed',
    'Report it with the request id; `generate --retry-in-doubt` gives the request up and pays for another picture.',
  ],
  IMAGE_ENCODE: ['A variant cannot be encoded', 'Check the `output` settings of the spec.'],
  LEAK_RAW: [
    'The output would publish the spec',
    'Import the spec without `?raw`, or use the plugin for this reference.',
  ],
} as const satisfies Record<string, readonly [title: string, hint: string]>;

/** A permanent code of the catalogue. */
export type ErrorCode = keyof typeof CATALOGUE;

/** One problem of one file, as editors and bundlers show it. Lines and columns count from 1. */
export interface Diagnostic {
  code: ErrorCode;
  severity: 'error' | 'warning';
  /** The file, relative to the root, with `/`. */
  file: string;
  line: number;
  column: number;
  /** What is wrong, in one sentence. */
  message: string;
  /** What to do about it. */
  hint: string;
  /** The lines around the place with a marker; printed by people's tools, left out of JSON. */
  frame?: string;
}

const MARK: symbol = Symbol.for('unplugin-image-prompt/error');

/** What an {@link ImagePromptError} carries beyond its message. */
export interface ErrorDetails {
  /** What to do; the catalogue's hint when left out. */
  hint?: string;
  /** The diagnostics behind the error, when it is about spec files. */
  diagnostics?: readonly Diagnostic[];
  /** The spec file the error is about, relative to the root. */
  file?: string;
  /** The request of the service the error is about. */
  requestId?: string;
  /** Whether that request is over without pictures, so that asking again cannot help. */
  ended?: boolean;
  /** Whether sending such a request anew may help: the service failed, and says nothing against it. */
  sendAgain?: boolean;
  cause?: unknown;
}

/** Every error that this package throws on purpose. Recognise it by {@link ImagePromptError.code}. */
export class ImagePromptError extends Error {
  override readonly name: string = 'ImagePromptError';
  readonly code: ErrorCode;
  readonly hint: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly file: string | undefined;
  readonly requestId: string | undefined;
  readonly ended: boolean;
  readonly sendAgain: boolean;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint ?? CATALOGUE[code][1];
    this.diagnostics = details.diagnostics ?? [];
    this.file = details.file;
    this.requestId = details.requestId;
    this.ended = details.ended ?? false;
    this.sendAgain = details.sendAgain ?? false;
    // Two copies of the package (ESM next to a bundled one) must recognise each other's errors.
    Object.defineProperty(this, MARK, { value: true });
  }
}

/** Whether a value is an {@link ImagePromptError}, thrown by this or another copy of the package. */
export function isImagePromptError(value: unknown): value is ImagePromptError {
  return typeof value === 'object' && value !== null && MARK in value;
}
