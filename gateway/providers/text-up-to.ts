/** Bytes as text; undefined where there are more than the limit. They are read no further then. */
export async function textUpTo(
  bytes: AsyncIterable<Uint8Array>,
  limitBytes: number,
): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > limitBytes) return undefined; // Left early, a loop ends what it reads.
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
