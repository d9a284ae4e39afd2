import { createHmac, timingSafeEqual } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';

/** A key that seals audit entries. Its id is made of the key itself, so that no two keys share one. */
export interface AuditKey {
  readonly id: string;
  readonly secret: Buffer;
}

/** The first key seals; the others are former ones, by which older entries are verified. */
export type AuditKeys = readonly [AuditKey, ...AuditKey[]];

const secretBytes = 32;

function mac(secret: Buffer, value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('Only JSON values can be sealed.');
  return createHmac('sha256', secret).update(text, 'utf8').digest('hex');
}

/** The key of 32 bytes in base64. Throws `RangeError` for any other. */
export function auditKeyOf(text: string): AuditKey {
  const secret = Buffer.from(text, 'base64');
  if (secret.length !== secretBytes || !/^[A-Za-z0-9+/_=-]+$/.test(text)) {
    throw new RangeError('An audit key has 32 bytes in base64: openssl rand -base64 32.');
  }
  return { id: mac(secret, { of: 'sluice-audit-key' }).slice(0, 12), secret };
}

/** `SLUICE_AUDIT_KEY`: the key that seals, then former ones, separated by commas. */
export const auditKeysSchema = z.string().transform((text, context): AuditKeys => {
  try {
    const [first = '', ...former] = text.split(',').map((part) => part.trim());
    return [auditKeyOf(first), ...former.map(auditKeyOf)];
  } catch (error) {
    context.addIssue(error instanceof Error ? error.message : 'is no key');
    return z.NEVER;
  }
});

/** What of an entry its seal covers; its hash covers the rest, and all entries before it. */
export interface SealedPart {
  readonly position: number;
  readonly hash: string;
  readonly xact?: string | undefined;
}

/** HMAC-SHA256, in hexadecimal. */
export function sealEntry({ secret }: AuditKey, { position, hash, xact }: SealedPart): string {
  return mac(secret, { of: 'sluice-audit-entry', position, hash, ...(xact === undefined ? {} : { xact }) });
}

export interface HeadPart {
  readonly number: number;
  readonly hash: string;
  /** ISO 8601. */
  readonly at: string;
}

export function sealHead({ secret }: AuditKey, { number, hash, at }: HeadPart): string {
  return mac(secret, { of: 'sluice-audit-head', number, hash, at });
}

/** Of a change record, by its digest. */
export function sealRecord({ secret }: AuditKey, digest: string): string {
  return mac(secret, { of: 'sluice-change-record', digest });
}

/** Compares seals in a time that says nothing of where they differ. */
export function sameSeal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8')];
  return left.length === right.length && timingSafeEqual(left, right);
}
