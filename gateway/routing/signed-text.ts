import { createHmac, timingSafeEqual } from 'node:crypto';
import type { DataKey, DataKeys } from '../../program/data-keys.ts';

/** Texts that callers carry from one gateway to another, and cannot alter. */
export interface SignedTexts {
  /** The text, readable by anybody, with its signature: `<base64url>.<base64url>`. */
  sign(text: string): string;
  /** The text; `undefined` where it is not one that a gateway has signed for this use. */
  read(signed: string): string | undefined;
}

/**
 * HMAC-SHA256 under the data key; every gateway reads them that has the one which was the current one then. What is signed
 * for one use is good for no other.
 */
export function createSignedTexts(
  { current, all }: Pick<DataKeys, 'current' | 'all'>,
  use: 'assignment' | 'split',
): SignedTexts {
  const signatureOf = (payload: string, { bytes }: DataKey): Buffer =>
    createHmac('sha256', bytes).update(`${use}/${payload}`).digest();
  return {
    sign(text) {
      const payload = Buffer.from(text).toString('base64url');
      return `${payload}.${signatureOf(payload, current).toString('base64url')}`;
    },
    read(signed) {
      const [payload = '', signature = ''] = signed.split('.');
      const given = Buffer.from(signature, 'base64url');
      if (!all.some((key) => sameBytes(given, signatureOf(payload, key)))) return undefined;
      return Buffer.from(payload, 'base64url').toString();
    },
  };
}

function sameBytes(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}
