import { SluiceError } from '../../domain/errors.ts';

export interface WriteAround<Row> {
  /** Writes rows, all or none. */
  readonly write: (rows: readonly Row[]) => Promise<void>;
  /** A row that cannot be written, now or ever. */
  readonly onPoison: (row: Row, error: unknown) => void;
}

/** What is left to be written, and why; nothing where all is written or dropped. */
export type Unwritten<Row> = { readonly rows: readonly Row[]; readonly error: unknown } | undefined;

/**
 * Writes rows together and, where the database refuses what is in them, in halves, down to those that it refuses: these
 * are dropped and told of, so that one of them does not hold up the others for ever. Where the database is away, or not
 * up to date, everything that is not written yet is given back.
 */
export async function writeAround<Row>(
  rows: readonly Row[],
  { write, onPoison }: WriteAround<Row>,
): Promise<Unwritten<Row>> {
  const waiting = [rows];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const [first] = part;
    if (first === undefined) continue;
    try {
      await write(part);
    } catch (error) {
      if (!isOfContent(error)) return { rows: [...part, ...waiting.toReversed().flat()], error };
      if (part.length === 1) onPoison(first, error);
      else {
        const half = Math.ceil(part.length / 2);
        waiting.push(part.slice(half), part.slice(0, half));
      }
    }
  }
  return undefined;
}

/** Is it what the rows hold (SQLSTATE classes 22, 23 and 54; more text than a string can have), not the database's state? */
function isOfContent(error: unknown): boolean {
  if (error instanceof SluiceError) return error.code === 'invalid_request';
  if (error instanceof RangeError) return true;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^(?:22|23|54)...$/.test(code);
}
