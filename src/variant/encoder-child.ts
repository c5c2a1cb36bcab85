// The encoder's process: see encoder-process.ts. It ends with the channel to the one that started it.
import type { EncoderAnswer, EncoderRequest } from './encoder-messages.ts';
import { packError } from './encoder-messages.ts';
import { createSharpEncoder } from './sharp.ts';
import type { OpenOriginal } from './types.ts';

const encoder = createSharpEncoder();
const originals = new Map<number, OpenOriginal>();

async function answer(request: EncoderRequest): Promise<void> {
  if (request.op === 'close') {
    originals.delete(request.handle);
    // Pixels lie outside of the heap, so the collector does not see how much there is to gain.
    globalThis.gc?.();
    return;
  }
  const { id, handle } = request;
  try {
    send({ id, value: await carryOut(request, handle) });
  } catch (error) {
    send({ id, error: packError(error) });
  }
}

async function carryOut(
  request: Exclude<EncoderRequest, { op: 'close' }>,
  handle: number,
): Promise<Extract<EncoderAnswer, { value: object }>['value']> {
  if (request.op === 'open') {
    const { bytes, job } = request;
    const original = await encoder.open(bytes && Buffer.from(bytes), job);
    originals.set(handle, original);
    return original.analysis;
  }
  const original = originals.get(handle);
  if (original === undefined) throw new Error('Expected an original that is open.');
  return await original.encode(request.variant, request.provenance);
}

function send(message: EncoderAnswer): void {
  // Nobody waits for the answer any more when the channel is gone.
  process.send?.(message, () => {});
}

process.on('message', (request: EncoderRequest) => void answer(request));
// Ctrl-C reaches the whole group: whoever started us decides when the work is over.
process.on('SIGINT', () => {});
process.once('disconnect', () => process.exit(0));
