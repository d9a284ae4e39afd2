import { writeAround } from './write-around.ts';

/** What is kept of answered requests, on its way to the database. Nobody's request waits for it. */
export interface WriteQueue<Row> {
  /** Makes a row and puts it there; false where there is no room for it, or it cannot be made. */
  keep(app: string, make: () => Row): boolean;
  /** Writes all that waits; false where nothing does. Rejects where something is left, which waits for the next time. */
  flush(): Promise<boolean>;
  size(): number;
}

export interface WriteQueueParts<Row> {
  readonly mostRows: number;
  /** Of rows that wait or are being written. */
  readonly mostBytes: number;
  readonly bytesOf: (row: Row) => number;
  readonly write: (rows: readonly Row[]) => Promise<void>;
  /** There is no room for a row of this app's. */
  readonly onFull: (app: string) => void;
  /** A row that cannot be made, or that the database refuses for what is in it: it is dropped. */
  readonly onPoison: (app: string, error: unknown) => void;
}

export function createWriteQueue<Row extends { readonly app: string }>({
  mostRows,
  mostBytes,
  bytesOf,
  write,
  onFull,
  onPoison,
}: WriteQueueParts<Row>): WriteQueue<Row> {
  const queue: Row[] = [];
  let bytes = 0;
  return {
    keep(app, make) {
      if (queue.length >= mostRows || bytes >= mostBytes) {
        onFull(app);
        return false;
      }
      try {
        const row = make();
        queue.push(row);
        bytes += bytesOf(row);
        return true;
      } catch (error) {
        onPoison(app, error); // The request is answered: what cannot be kept of it is nobody's concern but the log's.
        return false;
      }
    },
    async flush() {
      const batch = queue.splice(0);
      if (batch.length === 0) return false;
      const unwritten = await writeAround(batch, {
        write,
        onPoison: ({ app }, error) => {
          onPoison(app, error);
        },
      });
      queue.unshift(...(unwritten?.rows ?? []));
      bytes = queue.reduce((sum, row) => sum + bytesOf(row), 0);
      if (unwritten !== undefined) throw unwritten.error;
      return true;
    },
    size: () => queue.length,
  };
}
