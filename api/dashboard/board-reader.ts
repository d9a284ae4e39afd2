interface ReaderParts {
  readonly readAll: () => Promise<void>;
  readonly readSome: (ids: readonly string[]) => Promise<void>;
  /** Something could not be read; the next who wants it tries again. */
  readonly onError: (error: unknown) => void;
}

export interface BoardReader {
  /** A release, or all of them where none is named. Resolves when what was wanted by then has been read, or could not be. */
  readonly want: (id?: string) => Promise<void>;
}

/** One read at a time, so that no older state follows a newer one; what is wanted meanwhile is read after it, once. */
export function createReader({ readAll, readSome, onError }: ReaderParts): BoardReader {
  const wanted = new Set<string>();
  let all = false;
  let reading: Promise<void> | undefined;

  async function readWanted(): Promise<void> {
    while (all || wanted.size > 0) {
      const [everything, ids] = [all, [...wanted]];
      all = false;
      wanted.clear();
      try {
        if (everything) await readAll();
        if (ids.length > 0) await readSome(ids);
      } catch (error) {
        onError(error);
      }
    }
    reading = undefined;
  }

  return {
    want(id) {
      if (id === undefined) all = true;
      else wanted.add(id);
      reading ??= readWanted();
      return reading;
    },
  };
}
