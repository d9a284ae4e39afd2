import type { Ahead, StoredSplit } from '../../config-store/gateway-view/types.ts';
import { SluiceError } from '../../domain/errors.ts';

/** Stands for "the database does not know this app". */
export const noVersion = 0;

/** The newest split of each app that this gateway has served, in this life or, by its disk, in an earlier one. */
export interface NewestServed {
  note(split: StoredSplit): void;
  /** How far this gateway is ahead of what the database tells; `undefined` where the database has lost nothing. */
  aheadOf(
    told: StoredSplit | { readonly app: string; readonly version: typeof noVersion },
  ): Ahead | undefined;
  apps(): readonly string[];
}

/** Starts with nothing. */
export function createNewestServed(): NewestServed {
  const newest = new Map<string, StoredSplit>();
  return {
    note(split) {
      if (split.version >= (newest.get(split.app)?.version ?? noVersion)) newest.set(split.app, split);
    },
    aheadOf(told) {
      const known = newest.get(told.app);
      if (known === undefined || told.version > known.version) return undefined;
      if ('salt' in told && told.version === known.version && sameContent(told, known)) return undefined;
      const { version, stable, candidate, weight } = known;
      return {
        ...{ version, told: told.version, weight },
        ...(stable === undefined ? {} : { stable }),
        ...(candidate === undefined ? {} : { candidate }),
      };
    },
    apps: () => [...newest.keys()],
  };
}

/** Why the database's split is not served, in words: what it tells, what was served, and what to do. */
export function wentBack(app: string, { version, told }: Ahead): SluiceError {
  const another = told === version ? ', with another content' : '';
  const what =
    told === noVersion
      ? `The database does not know ${app} any more`
      : `The database is at split version ${told} of ${app}${another}`;
  return new SluiceError('conflict', `${what}; this gateway has served version ${version}.`, {
    remedy:
      'The database has lost its last writes: a backup was restored, or a replica without them took over. This ' +
      `gateway goes on with the stable revision of version ${version}. To say what is right: sluice split heal ${app}.`,
  });
}

/** A version is written once: the same one with another content belongs to another history. */
function sameContent(one: StoredSplit, other: StoredSplit): boolean {
  return contentOf(one) === contentOf(other);
}

function contentOf({ stable, candidate, weight, include, exclude, salt, releaseId }: StoredSplit): string {
  return JSON.stringify([
    stable ?? null,
    candidate ?? null,
    weight,
    include,
    exclude,
    salt,
    releaseId ?? null,
  ]);
}
