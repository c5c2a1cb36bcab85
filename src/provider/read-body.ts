/** Thrown by {@link readBody}; its caller knows what the bytes were and says so. */
export class BodyTooLarge extends Error {}

/**
 * Reads a body up to a limit, without trusting the announced length.
 * @throws BodyTooLarge after cancelling the rest
 */
export async function readBody(response: Response, maxBytes: number): Promise<Buffer> {
  const announced = Number(response.headers.get('content-length') ?? 0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (response.body === null) return Buffer.alloc(0);
  if (announced > maxBytes) {
    await response.body.cancel();
    throw new BodyTooLarge();
  }
  // Node's streams can be iterated; the types of browsers, which some packages pull in, say otherwise.
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    // Leaving the loop cancels the stream.
    if (size > maxBytes) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
