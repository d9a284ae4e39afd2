import { chainHash, firstHash, type ChainedEntry } from './entry.ts';
import type { AuditFinding, FindingKind } from './finding.ts';
import { wrongSealOf, type AuditHead, type ExpectedHead } from './head.ts';
import { sameSeal, sealEntry, type AuditKeys } from './keys.ts';

export interface ChainCheckOptions {
  /** Without them seals are not checked. */
  keys?: AuditKeys | undefined;
  /** Ends of this chain that were noted elsewhere, at any time. */
  heads?: readonly AuditHead[];
  /** An end that a person has noted, perhaps without its number. */
  expected?: ExpectedHead | undefined;
  /** The end that an export says it has. */
  closing?: AuditHead | undefined;
  /** Its last entry must be sealed by the present key: so it is in a log that a running API chains. */
  isLive?: boolean;
}

export interface ChainFindings {
  /** Entries that hold, from the first one on. */
  verified: number;
  head: string;
  /** The first place where the chain does not hold, and the entry that was found there or after it. */
  brokenAt?: number;
  found?: ChainedEntry;
  /** The newest of the heads that were given and that are on the chain. */
  confirmed?: number;
  /** Entries that a known key seals. */
  sealed: number;
  findings: AuditFinding[];
}

/** Entries of one moment may be written in another order than that of their dates: transactions take seconds at most. */
const slackMs = 60_000;

/**
 * Checks a chain entry by entry, in the order of their positions.
 * Everything that can be told of the log alone; `end` gives what was found.
 */
export function createChainCheck({ keys, heads = [], expected, closing, isLive = false }: ChainCheckOptions) {
  const findings: AuditFinding[] = [];
  const noted = new Map<number, AuditHead[]>();
  for (const head of heads) noted.set(head.number, [...(noted.get(head.number) ?? []), head]);
  const state = {
    verified: 0,
    head: firstHash,
    sealed: 0,
    brokenAt: undefined as number | undefined,
    found: undefined as ChainedEntry | undefined,
    confirmed: undefined as number | undefined,
    sawExpected: expected === undefined,
    keyId: undefined as string | undefined,
    retired: new Set<string>(),
    wrongSeals: [] as { from: number; to: number; unknownKey: string | undefined }[],
    latestMs: Number.NEGATIVE_INFINITY,
  };
  const tell = (kind: FindingKind, what: string, position?: number): void => {
    findings.push({ kind, what, ...(position === undefined ? {} : { position }) });
  };

  const checkPlace = (entry: ChainedEntry): void => {
    const place = state.verified + 1;
    if (entry.position === place && entry.hash === chainHash(entry, place, state.head)) {
      state.verified = place;
      state.head = entry.hash;
      return;
    }
    state.brokenAt = place;
    state.found = entry;
    if (entry.position > place) {
      tell('missing', `Entry ${place} is missing; the next one is ${nameOf(entry)}.`, place);
    } else if (entry.position < place) {
      tell('extra', `There is more than one entry ${entry.position}: ${nameOf(entry)}.`, entry.position);
    } else tell('changed', `${capital(nameOf(entry))} does not fit: it, or its hash, was changed.`, place);
  };

  /** One finding for entries that follow each other. */
  const noteSeal = (position: number, unknownKey: string | undefined): void => {
    const last = state.wrongSeals.at(-1);
    if (last?.to === position - 1 && last.unknownKey === unknownKey) last.to = position;
    else state.wrongSeals.push({ from: position, to: position, unknownKey });
  };

  const tellSeals = (): void => {
    for (const { from, to, unknownKey } of state.wrongSeals) {
      const which = from === to ? `Entry ${from} ` : `Entries ${from} to ${to} `;
      const [is, its] = from === to ? ['is', 'its seal does'] : ['are', 'their seals do'];
      if (unknownKey === undefined) tell('wrong-seal', `${which}${is} not as sealed: ${its} not fit.`, from);
      else tell('unknown-key', `${which}${is} sealed by key ${unknownKey}, which is not known here.`, from);
    }
  };

  const isBroken = () => state.brokenAt !== undefined;

  const checkSeal = ({ position, hash, xact, mac, keyId }: ChainedEntry): void => {
    if ((mac === undefined) !== (keyId === undefined)) noteSeal(position, undefined);
    if (mac === undefined || keyId === undefined) {
      if (state.keyId !== undefined) {
        tell('unsealed', `Entry ${position} has no seal, and entries before it have.`, position);
      }
      return;
    }
    if (keyId !== state.keyId) {
      if (state.retired.has(keyId)) {
        tell(
          'retired-key',
          `Entry ${position} is sealed by key ${keyId}, which another one had replaced.`,
          position,
        );
      }
      if (state.keyId !== undefined) state.retired.add(state.keyId);
      state.keyId = keyId;
    }
    if (keys === undefined) return;
    const key = keys.find(({ id }) => id === keyId);
    if (key !== undefined && sameSeal(mac, sealEntry(key, { position, hash, xact }))) state.sealed += 1;
    else noteSeal(position, key === undefined ? keyId : undefined);
  };

  const checkDate = (entry: ChainedEntry): void => {
    const atMs = Date.parse(entry.at);
    // Entries that are older than seals were dated by whatever clock the server had.
    if (entry.xact !== undefined && atMs < state.latestMs - slackMs) {
      tell(
        'backdated',
        `${capital(nameOf(entry))} is dated before entries that were there already.`,
        entry.position,
      );
    }
    state.latestMs = Math.max(state.latestMs, atMs);
  };

  const checkHeads = ({ position, hash }: ChainedEntry): void => {
    if (hash === expected?.hash && (expected.number ?? position) === position) {
      state.sawExpected = true;
      state.confirmed = Math.max(state.confirmed ?? 0, position);
    }
    for (const head of noted.get(position) ?? []) {
      if (head.hash === hash) state.confirmed = Math.max(state.confirmed ?? 0, position);
      else tell('other-history', `Entry ${position} is another one than was noted at ${head.at}.`, position);
    }
  };

  const checkClosing = (head: AuditHead): void => {
    const wrong = wrongSealOf(head, keys, state.keyId !== undefined);
    if (wrong !== undefined) tell('wrong-head', `The head ${head.number} that closes the export ${wrong}.`);
    if (state.brokenAt !== undefined || (head.number === state.verified && head.hash === state.head)) return;
    tell('cut', `The export ends at entry ${state.verified}, and not where its head ${head.number} says.`);
  };

  const checkEnd = (): void => {
    tellSeals();
    if (closing !== undefined) checkClosing(closing);
    if (state.verified === 0 && state.brokenAt === undefined) {
      tell('empty', 'The log is empty: even a new one has an entry that says when it began.');
    }
    if (keys !== undefined && state.keyId === undefined && state.verified > 0) {
      tell('unsealed', 'No entry of the log is sealed by a key.');
    }
    if (isLive && keys !== undefined && state.keyId !== undefined && state.keyId !== keys[0].id) {
      tell(
        'not-present-key',
        `The end of the log is sealed by key ${state.keyId}, and not by the present one.`,
      );
    }
    let isSealed = false;
    for (const head of heads) {
      const wrong = wrongSealOf(head, keys, isSealed);
      isSealed ||= head.mac !== undefined;
      if (wrong !== undefined)
        tell('wrong-head', `The head ${head.number} that was noted at ${head.at} ${wrong}.`);
    }
    // Of a chain that is broken earlier it is known already.
    const newest = heads.reduce((most, { number }) => Math.max(most, number), 0);
    if (state.brokenAt === undefined && newest > state.verified) {
      const { at } = heads.find(({ number }) => number === newest) ?? { at: '' };
      tell('cut', `The log ends at entry ${state.verified}; at ${at} it had ${newest}: its end was cut off.`);
    }
    if (!state.sawExpected) {
      const place = expected?.number === undefined ? '' : ` ${expected.number}`;
      tell(
        'cut',
        `The head${place} that was expected is not in the log: its end was cut off, or it is another log.`,
      );
    }
  };

  return {
    next(entry: ChainedEntry): void {
      checkHeads(entry);
      if (isBroken()) return;
      checkPlace(entry);
      if (isBroken()) return;
      checkSeal(entry);
      checkDate(entry);
    },
    end(): ChainFindings {
      checkEnd();
      const { verified, head, sealed, brokenAt, found, confirmed } = state;
      return {
        ...{ verified, head, sealed, findings },
        ...(brokenAt === undefined ? {} : { brokenAt }),
        ...(found === undefined ? {} : { found }),
        ...(confirmed === undefined ? {} : { confirmed }),
      };
    },
  };
}

/** `entry 7 (2026-01-01T00:00:00Z user:ada release.pause)` */
function nameOf({ position, at, actor, action }: ChainedEntry): string {
  return `entry ${position} (${at} ${actor} ${action})`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
