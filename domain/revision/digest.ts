import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/** SHA-256 in hexadecimal of the canonical JSON (RFC 8785) of a value. */
export function digestOf(value: unknown): string {
  const canonical = canonicalJson(value);
  if (canonical === undefined) throw new TypeError('Only JSON values have a digest.');
  return createHash('sha256').update(canonical, 'utf8').digest('hex');
}

/** The digest of a revision's content (invariant 1). */
export function revisionDigest(content: unknown): string {
  return `rev_${digestOf(content)}`;
}
