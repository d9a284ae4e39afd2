import { SluiceError } from './errors.ts';

/** The prototype of an object to programs, and no key of it: what is said under it would be dropped without a word. */
export const reservedKey = '__proto__';

/** Is a key in it reserved? Reads a value of JSON whole, which is bounded in depth. */
export function hasReservedKey(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasReservedKey);
  if (typeof value !== 'object' || value === null) return false;
  if (Object.hasOwn(value, reservedKey)) return true;
  const fields = value as Readonly<Record<string, unknown>>;
  return Object.keys(fields).some((name) => hasReservedKey(fields[name]));
}

/** Throws `invalid_request` where `hasReservedKey`. */
export function assertNoReservedKey(value: unknown, what: string): void {
  if (!hasReservedKey(value)) return;
  throw new SluiceError('invalid_request', `${what} has a key ${reservedKey}.`, { remedy: 'Rename it.' });
}
