import { z } from 'zod';

/** Keys of what goes through Temporal: new payloads are sealed by the first, old ones opened by the one that they name. */
export interface PayloadKeys {
  readonly current: { readonly id: string; readonly key: Buffer };
  readonly all: ReadonlyMap<string, Buffer>;
}

const keyBytes = 32;

/** `2026b:<base64>,2026a:<base64>`: ids and 32 bytes each, the newest first. */
export const payloadKeysSchema = z.string().transform((text, context): PayloadKeys => {
  const entries = text.split(',').map((entry) => {
    const [id = '', ...rest] = entry.trim().split(':');
    return { id, key: Buffer.from(rest.join(':'), 'base64') };
  });
  const [current] = entries;
  const all = new Map(entries.map(({ id, key }) => [id, key]));
  const isGood = entries.every(({ id, key }) => /^[A-Za-z0-9._-]{1,64}$/.test(id) && key.length === keyBytes);
  if (current !== undefined && isGood && all.size === entries.length) return { current, all };
  context.addIssue({ code: 'custom', message: 'is a list of <id>:<32 bytes in base64>, each id once' });
  return z.NEVER;
});
