import { chainHash, firstHash, type ChainedEntry } from './entry.ts';
import { capital, nameOf } from './entry-words.ts';
import { collectFindings, type AuditFinding, type Tell } from './finding.ts';
import { wrongSealOf, type AuditHead, type ExpectedHead } from './head.ts';
import { createHeadCheck } from './head-check.ts';
import type { AuditKeys } from './keys.ts';
import { createSealCheck, type SealCheck } from './seal-check.ts';

export interface ChainCheckOptions {
  /** Without them seals are not checked. */
  readonly keys?: AuditKeys | undefined;
  /** Ends of this chain that were noted elsewhere, at any time. */
  readonly heads?: readonly AuditHead[];
  /** An end that a person has noted, perhaps without its number. */
  readonly expected?: ExpectedHead | undefined;
  /** The end that an export says it has. */
  readonly closing?: AuditHead | undefined;
  /** Its last entry must be sealed by the present key: so it is in a log that a running API chains. */
  readonly isLive?: boolean;
}

export interface ChainFindings {
  /** Entries that hold, from the first one on. */
  readonly verified: number;
  readonly head: string;
  /** The first place where the chain does not hold, and the entry that was found there or after it. */
  readonly brokenAt?: number;
  readonly found?: ChainedEntry;
  /** The newest of the heads that were given and that are on the chain. */
  readonly confirmed?: number;
  /** Entries that a known key seals. */
  readonly sealed: number;
  readonly findings: AuditFinding[];
}

/** Entries of one moment may be written in another order than that of their dates: transactions take seconds at most. */
const slackMs = 60_000;

/** Takes a chain entry by entry, in the order of their positions; `end` gives what was found. */
export interface ChainCheck {
  next(entry: ChainedEntry): void;
  end(): ChainFindings;
}

/** Checks everything that can be told of the log alone: places and hashes, seals, dates, and the ends that were noted. */
export function createChainCheck(options: ChainCheckOptions): ChainCheck {
  const { keys, heads = [], expected, closing, isLive = false } = options;
  const { findings, tell } = collectFindings();
  const links = createLinkCheck(tell);
  const seals = createSealCheck(keys, tell);
  const checkDate = createDateCheck(tell);
  const noted = createHeadCheck({ keys, heads, expected }, tell);

  return {
    next(entry) {
      noted.next(entry);
      if (links.broken() !== undefined || !links.next(entry)) return;
      seals.next(entry);
      checkDate(entry);
    },
    end() {
      const { verified, head } = links.end();
      const broken = links.broken();
      const isBroken = broken !== undefined;
      seals.tellWrong();
      if (closing !== undefined) {
        const mustBeSealed = seals.presentKey() !== undefined;
        tellClosing(closing, { keys, mustBeSealed, end: isBroken ? undefined : { verified, head } }, tell);
      }
      if (verified === 0 && !isBroken) {
        tell('empty', 'The log is empty: even a new one has an entry that says when it began.');
      }
      if (keys !== undefined && verified > 0) tellKeys(seals, keys, isLive, tell);
      noted.tellEnd({ verified, isBroken });
      const confirmed = noted.confirmed();
      return {
        ...{ verified, head, sealed: seals.sealed(), findings },
        ...(broken === undefined ? {} : { brokenAt: broken.place, found: broken.found }),
        ...(confirmed === undefined ? {} : { confirmed }),
      };
    },
  };
}

/** Each entry at its place, with the hash that follows from the one before. */
function createLinkCheck(tell: Tell) {
  let verified = 0;
  let head = firstHash;
  let broken: { readonly place: number; readonly found: ChainedEntry } | undefined;
  return {
    broken: () => broken,
    end: () => ({ verified, head }),
    /** Does the chain go on with this entry? Asked until it does not. */
    next(entry: ChainedEntry): boolean {
      const place = verified + 1;
      if (entry.position === place && entry.hash === chainHash(entry, place, head)) {
        verified = place;
        head = entry.hash;
        return true;
      }
      broken = { place, found: entry };
      tellBreak(entry, place, tell);
      return false;
    },
  };
}

function tellBreak(entry: ChainedEntry, place: number, tell: Tell): void {
  if (entry.position > place) {
    tell('missing', `Entry ${place} is missing; the next one is ${nameOf(entry)}.`, place);
  } else if (entry.position < place) {
    tell('extra', `There is more than one entry ${entry.position}: ${nameOf(entry)}.`, entry.position);
  } else tell('changed', `${capital(nameOf(entry))} does not fit: it, or its hash, was changed.`, place);
}

/** No entry may be dated before those that were there. */
function createDateCheck(tell: Tell): (entry: ChainedEntry) => void {
  let latestMs = Number.NEGATIVE_INFINITY;
  return (entry) => {
    const atMs = Date.parse(entry.at);
    // Entries that are older than seals were dated by whatever clock the server had.
    if (entry.xact !== undefined && atMs < latestMs - slackMs) {
      const what = `${capital(nameOf(entry))} is dated before entries that were there already.`;
      tell('backdated', what, entry.position);
    }
    latestMs = Math.max(latestMs, atMs);
  };
}

/** @param chain without `end` where it is broken: where it would end is not known then */
function tellClosing(
  closing: AuditHead,
  chain: {
    readonly keys: AuditKeys | undefined;
    readonly mustBeSealed: boolean;
    readonly end: { readonly verified: number; readonly head: string } | undefined;
  },
  tell: Tell,
): void {
  const { keys, mustBeSealed, end } = chain;
  const wrong = wrongSealOf(closing, keys, mustBeSealed);
  if (wrong !== undefined) tell('wrong-head', `The head ${closing.number} that closes the export ${wrong}.`);
  if (end === undefined || (closing.number === end.verified && closing.hash === end.head)) return;
  tell('cut', `The export ends at entry ${end.verified}, and not where its head ${closing.number} says.`);
}

/** That a log is sealed at all; and by the key that its API has now, where one runs. */
function tellKeys(seals: SealCheck, keys: AuditKeys, isLive: boolean, tell: Tell): void {
  const presentKey = seals.presentKey();
  if (presentKey === undefined) tell('unsealed', 'No entry of the log is sealed by a key.');
  else if (isLive && presentKey !== keys[0].id) {
    const what = `The end of the log is sealed by key ${presentKey}, and not by the present one.`;
    tell('not-present-key', what);
  }
}
