import { z } from 'zod';
import { SluiceError } from '../errors.ts';
import { sameSeal, sealHead, type AuditKey, type AuditKeys } from './keys.ts';

/** The end of the chain at a time: how many entries there were, and the hash of the last. */
export const auditHeadSchema = z
  .object({
    number: z.int().min(0),
    hash: z.string().regex(/^[0-9a-f]{64}$/),
    at: z.string(),
    keyId: z.string().optional(),
    mac: z.string().optional(),
  })
  .meta({ id: 'AuditHead' });
export type AuditHead = z.infer<typeof auditHeadSchema>;

/** A head as it is written down: signed where there is a key. */
export function signHead(
  head: { readonly number: number; readonly hash: string; readonly at: string },
  key: AuditKey | undefined,
): AuditHead {
  return key === undefined ? head : { ...head, keyId: key.id, mac: sealHead(key, head) };
}

/**
 * What is wrong with a head's own seal, as a sentence; undefined where nothing is.
 *
 * @param mustBeSealed heads that were written before it are.
 */
export function wrongSealOf(
  head: AuditHead,
  keys: AuditKeys | undefined,
  mustBeSealed: boolean,
): string | undefined {
  if (head.mac === undefined || head.keyId === undefined) {
    return mustBeSealed ? 'has no seal, and heads before it have' : undefined;
  }
  if (keys === undefined) return undefined;
  const key = keys.find(({ id }) => id === head.keyId);
  if (key === undefined) return `is sealed by key ${head.keyId}, which is not known here`;
  return sameSeal(head.mac, sealHead(key, head)) ? undefined : 'was changed: its seal does not fit';
}

/** An end of the log that a person has noted. */
export interface ExpectedHead {
  readonly number?: number | undefined;
  readonly hash: string;
}

/** `--expect`: `number:hash`, or a hash alone. Throws `usage`. */
export function parseExpectedHead(text: string): ExpectedHead {
  const [, number, hash = ''] = /^(?:(\d{1,15}):)?([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  if (hash === '') {
    throw new SluiceError('usage', `"${text.slice(0, 100)}" is no head of an audit log.`, {
      remedy: 'Give it as `sluice audit head` prints it: NUMBER:HASH.',
    });
  }
  return number === undefined ? { hash } : { number: Number(number), hash };
}

/** A file of heads, one JSON document a line. A last line that a crash has cut off is left out. Throws `invalid_file`. */
export function parseHeads(text: string, name: string): AuditHead[] {
  const lines = text.split('\n');
  return lines.flatMap((line, i) => {
    const isUnfinished = i === lines.length - 1;
    if (line.trim() === '') return [];
    const parsed = auditHeadSchema.safeParse(jsonOf(line));
    if (parsed.success) return [parsed.data];
    if (isUnfinished) return [];
    throw new SluiceError('invalid_file', `${name}: line ${i + 1} is no head of an audit log.`, {
      remedy: 'The API writes this file, and nobody else should: compare it with a copy.',
    });
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
