import type { Clock } from '../clock.ts';

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

/** As `textUpTo`, and undefined where their end does not come in time. */
export async function textWithin(
  bytes: AsyncIterable<Uint8Array>,
  clock: Clock,
  limits: { readonly ms: number; readonly bytes: number },
): Promise<string | undefined> {
  const late = Promise.withResolvers<undefined>();
  const cancel = clock.schedule(limits.ms, () => {
    late.resolve(undefined);
  });
  try {
    return await Promise.race([textUpTo(bytes, limits.bytes), late.promise]);
  } finally {
    cancel();
  }
}
