import { SluiceError } from './errors.ts';

/** The prototype of an object to programs, and no key of it: what is said under it would be dropped without a word. */
export const reservedKey = '__proto__';

/** Reads a value of JSON whole, which is bounded in depth. Throws `invalid_request` where a key in it is reserved. */
export function assertNoReservedKey(value: unknown, what: string): void {
  if (typeof value !== 'object' || value === null) return;
  if (Object.hasOwn(value, reservedKey)) {
    throw new SluiceError('invalid_request', `${what} has a key ${reservedKey}.`, { remedy: 'Rename it.' });
  }
  for (const each of Object.values(value)) assertNoReservedKey(each, what);
}
