/** Rows that wait to be written, so many at most: while the database is away, the first stay. */
export interface PendingRows<Row> {
  readonly add: (row: Row) => void;
  /** Gives all of them away. */
  readonly take: () => Row[];
  /** Puts rows back whose write failed: before those that have come since. */
  readonly putBack: (rows: readonly Row[]) => void;
  /** How many were never written, for there was no room for them. */
  readonly dropped: () => number;
}

export function createPendingRows<Row>(most: number): PendingRows<Row> {
  let pending: Row[] = [];
  let dropped = 0;
  const add = (row: Row): void => {
    if (pending.length < most) pending.push(row);
    else dropped += 1;
  };
  const take = (): Row[] => {
    const taken = pending;
    pending = [];
    return taken;
  };
  return {
    add,
    take,
    putBack(rows) {
      const newer = take();
      for (const row of rows) add(row);
      for (const row of newer) add(row);
    },
    dropped: () => dropped,
  };
}
