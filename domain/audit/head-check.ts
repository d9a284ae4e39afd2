import type { ChainedEntry } from './entry.ts';
import type { Tell } from './finding.ts';
import { wrongSealOf, type AuditHead, type ExpectedHead } from './head.ts';
import type { AuditKeys } from './keys.ts';

/** What a chain has to have by what was noted of it elsewhere. */
export interface HeadCheck {
  /** Takes all entries, also those after a place where the chain does not hold. */
  next(entry: ChainedEntry): void;
  /** The newest of the heads that is on the chain. */
  confirmed(): number | undefined;
  /** After the last entry: tells which heads are wrong themselves, and which are missing from a chain of that length. */
  tellEnd(chain: { readonly verified: number; readonly isBroken: boolean }): void;
}

export interface NotedHeads {
  readonly keys: AuditKeys | undefined;
  readonly heads: readonly AuditHead[];
  /** An end that a person has noted, perhaps without its number. */
  readonly expected: ExpectedHead | undefined;
}

/** Holds a chain against ends of it that were noted at any time. */
export function createHeadCheck({ keys, heads, expected }: NotedHeads, tell: Tell): HeadCheck {
  const noted = Map.groupBy(heads, ({ number }) => number);
  let confirmed: number | undefined;
  let sawExpected = expected === undefined;

  function confirm(position: number): void {
    confirmed = Math.max(confirmed ?? 0, position);
  }

  return {
    next({ position, hash }) {
      if (hash === expected?.hash && (expected.number ?? position) === position) {
        sawExpected = true;
        confirm(position);
      }
      for (const head of noted.get(position) ?? []) {
        if (head.hash === hash) confirm(position);
        else
          tell('other-history', `Entry ${position} is another one than was noted at ${head.at}.`, position);
      }
    },
    confirmed: () => confirmed,
    tellEnd({ verified, isBroken }) {
      tellWrongHeads(heads, keys, tell);
      // Of a chain that is broken earlier it is known already.
      if (!isBroken) tellCut(heads, verified, tell);
      if (sawExpected) return;
      const place = expected?.number === undefined ? '' : ` ${expected.number}`;
      tell(
        'cut',
        `The head${place} that was expected is not in the log: its end was cut off, or it is another log.`,
      );
    },
  };
}

function tellWrongHeads(heads: readonly AuditHead[], keys: AuditKeys | undefined, tell: Tell): void {
  let isSealed = false;
  for (const head of heads) {
    const wrong = wrongSealOf(head, keys, isSealed);
    isSealed ||= head.mac !== undefined;
    if (wrong !== undefined)
      tell('wrong-head', `The head ${head.number} that was noted at ${head.at} ${wrong}.`);
  }
}

function tellCut(heads: readonly AuditHead[], verified: number, tell: Tell): void {
  const newest = heads.reduce((most, { number }) => Math.max(most, number), 0);
  if (newest <= verified) return;
  const { at } = heads.find(({ number }) => number === newest) ?? { at: '' };
  tell('cut', `The log ends at entry ${verified}; at ${at} it had ${newest}: its end was cut off.`);
}
