import { z } from 'zod';
import { keyOf } from '../recipe/key.ts';
import { isHash } from './names.ts';
import type { OriginalRecord } from './types.ts';

/** Version of the record's format that this release writes and understands. */
export const RECORD_VERSION = 1;

const hash = z.string().refine(isHash, 'Expected 64 lower-case hex digits.');
const usd = z.number().nonnegative().nullable();

// Loose throughout: fields that a later release adds are kept and do not make the record unusable.
const recordSchema = z.looseObject({
  version: z.literal(RECORD_VERSION),
  key: hash,
  image: z.looseObject({
    digest: hash,
    bytes: z.number().int().positive(),
    type: z.enum(['png', 'jpeg', 'webp']),
    width: z.number().int().positive(),
    height: z.number().int().positive(),
  }),
  model: z.string(),
  request: z.looseObject({
    v: z.literal(1),
    provider: z.string(),
    model: z.string(),
    input: z.looseObject({ prompt: z.string() }),
  }),
  cost: z.looseObject({ estimatedUsd: usd, billedUsd: usd }),
  provider: z.string(),
  requestId: z.string().nullable(),
  createdAt: z.iso.datetime(),
  source: z.string(),
  tool: z.string(),
});

/** Why a record cannot be used. */
export interface RecordProblem {
  code: 'STORE_RECORD' | 'STORE_NEWER';
  message: string;
}

/** A record, or why it cannot be used. */
export type ParsedRecord = { record: OriginalRecord } | { problem: RecordProblem };

/** Reads the text of a record and checks that its request hashes to its key. */
export function parseRecord(text: string): ParsedRecord {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return damaged('it is not valid JSON');
  }
  const version = (json as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > RECORD_VERSION) {
    const tool = (json as { tool?: unknown }).tool;
    const writer = typeof tool === 'string' ? ` by ${tool.slice(0, 80)}` : '';
    return {
      problem: {
        code: 'STORE_NEWER',
        message: `has record version ${version}, written${writer}; this release knows version ${RECORD_VERSION}`,
      },
    };
  }
  const parsed = recordSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return damaged(`${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'is not understood'}`);
  }
  const record = json as OriginalRecord;
  if (!hashesToKey(record)) return damaged('its request does not hash to its key');
  return { record };
}

/** Whatever stands in a record, also text or numbers that canonical JSON refuses, it is only damaged. */
function hashesToKey({ request, key }: OriginalRecord): boolean {
  try {
    return keyOf(request) === key;
  } catch {
    return false;
  }
}

function damaged(message: string): { problem: RecordProblem } {
  return { problem: { code: 'STORE_RECORD', message } };
}
