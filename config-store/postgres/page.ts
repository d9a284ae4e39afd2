import { SluiceError } from '../../domain/errors.ts';

/** A list is read in pages: at most 50 items, and the cursor that the page before gave. */
export interface PageRequest {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

export interface Page<T> {
  readonly items: T[];
  /** Absent on the last page. */
  readonly nextCursor?: string;
}

const maxLimit = 50;

/** How many items a page has: 1..50, 50 where nothing is said. */
export function pageLimit({ limit = maxLimit }: PageRequest): number {
  if (!Number.isInteger(limit) || limit < 1) {
    throw new SluiceError('invalid_request', `A page has 1 to ${maxLimit} items, not ${limit}.`);
  }
  return Math.min(limit, maxLimit);
}

/** The opaque text of a row's place in its list. */
export function encodeCursor(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** The JSON text of a cursor, or null for the first page. Throws `invalid_request` for one that was not given out. */
export function decodeCursor({ cursor }: PageRequest): string | null {
  if (cursor === undefined) return null;
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(place)) return JSON.stringify(place);
  } catch (error) {
    throw badCursor(error);
  }
  throw badCursor();
}

function badCursor(cause?: unknown): SluiceError {
  return new SluiceError('invalid_request', 'The cursor is not one that a page before gave out.', {
    remedy: 'Begin again without a cursor.',
    cause,
  });
}
