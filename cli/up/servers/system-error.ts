/**
 * The code of an error of the operating system, such as `ENOENT`; undefined for any other value. Not by `instanceof`:
 * under jest, Node's own errors belong to another realm.
 */
export function systemErrorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
