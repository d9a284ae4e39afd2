import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toldSplitOf, type ToldSplit } from './events.ts';

/** The newest split on disk, with the revision that all get while nobody judges, and never another one's content. */
export interface LastKnown {
  /** Whole or not at all, also through a crash; readable by its owner alone. */
  write(told: ToldSplit): Promise<void>;
  /** `undefined` where nothing was ever written. Throws for a file that is damaged or of another app. */
  read(): Promise<ToldSplit | undefined>;
}

/** One file an app in that directory. Two processes with one directory overwrite each other's, which does no harm. */
export function createLastKnown(directory: string, app: string): LastKnown {
  const path = join(directory, `sluice-${app}.json`);
  let underWay: Promise<void> = Promise.resolve();
  return {
    write(told) {
      // One after the other: the newest is the last.
      const written = underWay.then(() => writeDurably(path, JSON.stringify(toKeep(told))));
      underWay = written.catch(() => undefined);
      return written;
    },
    async read() {
      const written = await readFile(path, 'utf8').catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      });
      if (written === undefined) return undefined;
      const told = toldSplitOf(JSON.parse(written));
      if (told.split.app === app) return told;
      throw new Error(`${path} is of the app ${told.split.app}: delete it.`);
    },
  };
}

function toKeep({ split, revisions, token }: ToldSplit): object {
  const fallback = split.fallback === 'candidate' ? split.candidate : split.stable;
  const kept = [...revisions].filter(([digest]) => digest === fallback);
  return { split, revisions: Object.fromEntries(kept), token };
}

async function writeDurably(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${process.pid}.new`;
  const file = await open(fresh, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
