interface ReaderParts {
  readonly readAll: () => Promise<void>;
  /** `told`: of those somebody told that they have changed. */
  readonly readSome: (ids: readonly string[], told: ReadonlySet<string>) => Promise<void>;
  /** Something could not be read; the next who wants it tries again. */
  readonly onError: (error: unknown) => void;
}

export interface BoardReader {
  /**
   * A release of which somebody told, or all of them where none is named. Resolves when what was wanted by then has been
   * read, or could not be.
   */
  readonly want: (id?: string) => Promise<void>;
  /** Releases that may have changed without anybody telling. */
  readonly lookAt: (ids: readonly string[]) => Promise<void>;
}

/** One read at a time, so that no older state follows a newer one; what is wanted meanwhile is read after it, once. */
export function createReader({ readAll, readSome, onError }: ReaderParts): BoardReader {
  const wanted = new Set<string>();
  const told = new Set<string>();
  let all = false;
  let reading: Promise<void> | undefined;

  const attempt = async (read: () => Promise<void>): Promise<void> => {
    try {
      await read();
    } catch (error) {
      onError(error);
    }
  };

  async function readWanted(): Promise<void> {
    while (all || wanted.size > 0) {
      // First what somebody told of: people wait for it, and all of them take longer.
      if (wanted.size > 0) {
        const [ids, ofThese] = [[...wanted], new Set(told)];
        wanted.clear();
        told.clear();
        await attempt(() => readSome(ids, ofThese));
      } else {
        all = false;
        await attempt(readAll);
      }
    }
    reading = undefined;
  }

  return {
    want(id) {
      if (id === undefined) all = true;
      else {
        wanted.add(id);
        told.add(id);
      }
      reading ??= readWanted();
      return reading;
    },
    lookAt(ids) {
      for (const id of ids) wanted.add(id);
      reading ??= readWanted();
      return reading;
    },
  };
}
