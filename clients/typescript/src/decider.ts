import { randomBytes, randomUUID } from 'node:crypto';
import type { SentLease, SplitEvent, ToldSplit } from './events.ts';
import { chooseArm, type Arm, type Reason, type Revision, type Split } from './split.ts';

/** What proves a decision to every gateway; plain JSON, so that another process may report it. */
export interface Proof {
  readonly split: string;
  readonly id: string;
  readonly subject: string;
  readonly drawn: boolean;
  readonly fresh: boolean;
  readonly arm: Arm | 'lease-expired';
}

/** Which revision a subject gets, and why. */
export interface Decision {
  readonly revision: Revision;
  readonly arm: Arm;
  readonly reason: Reason;
  readonly splitVersion: number;
  readonly proof: Proof;
  /** When it was made, by this process's monotonic clock. */
  readonly decidedMs: number;
}

/** What is known of the split, and decisions by it. Never waits. */
export interface Decider {
  /**
   * Takes an event of a stream whose request was sent at `openedMs`. True where another split is gone by from now on; one
   * that is older than the one gone by, or another one of the same version, changes nothing, and renews no lease.
   */
  take(event: SplitEvent, openedMs: number): boolean;
  /** Begins with what was kept on disk, without a lease. */
  startFrom(kept: ToldSplit): void;
  /** Without a subject one is drawn. `undefined` before anything is known. */
  decide(subject?: string): Decision | undefined;
  known(): ToldSplit | undefined;
  /** How long a candidate may still be served without another word, in milliseconds; 0 where it may not. */
  leaseLeftMs(): number;
}

/** `nowMs`: a monotonic clock, in milliseconds. */
export function createDecider(nowMs: () => number): Decider {
  let known: ToldSplit | undefined;
  let lease: { readonly renewedMs: number; readonly ttlMs: number } | undefined;
  const renew = (sent: SentLease | null, atMs: number, openedMs: number): void => {
    // The gateway counts from when it had our request, we from when we sent it: earlier. So however long an event was on
    // its way, the lease is never taken for younger than it is.
    const sentMs = Math.min(openedMs + atMs, nowMs());
    lease = sent === null ? undefined : { renewedMs: sentMs - sent.ageMs, ttlMs: sent.ttlMs };
  };
  const leaseLeftMs = (): number =>
    lease === undefined ? 0 : Math.max(0, lease.renewedMs + lease.ttlMs - nowMs());
  return {
    take(event, openedMs) {
      if (event.kind === 'end') return false;
      if (event.kind === 'lease') {
        if (event.version === known?.split.version) renew(event.lease, event.atMs, openedMs);
        return false;
      }
      const { split, revisions, token } = event;
      if (known !== undefined && !follows(split, known.split)) return false;
      const isNew = known?.split.version !== split.version || known.revisions.size !== revisions.size;
      known = { split, revisions, token };
      renew(event.lease, event.atMs, openedMs);
      return isNew;
    },
    startFrom(kept) {
      known ??= kept;
    },
    decide(subject) {
      return known === undefined ? undefined : decideBy(known, subject, leaseLeftMs() > 0, nowMs());
    },
    known: () => known,
    leaseLeftMs,
  };
}

function decideBy(
  { split, revisions, token }: ToldSplit,
  given: string | undefined,
  isLeased: boolean,
  decidedMs: number,
): Decision {
  const subject = given ?? randomUUID();
  // A side that this gateway could not tell of is as if nobody judged.
  const fresh = isLeased && [split.stable, split.candidate].every((digest) => isThere(revisions, digest));
  const { arm, reason, countedArm } = chooseArm(split, subject, fresh);
  const digest = arm === 'candidate' ? (split.candidate ?? split.stable) : split.stable;
  const id = randomBytes(16).toString('base64url');
  const proof = { split: token, id, subject, drawn: given === undefined, fresh, arm: countedArm };
  const revision = revisions.get(digest) ?? { digest, label: digest };
  return { revision, arm, reason, splitVersion: split.version, proof, decidedMs };
}

function isThere(revisions: ToldSplit['revisions'], digest: string | undefined): boolean {
  return digest === undefined || revisions.has(digest);
}

/** A version is written once: the same one with another content belongs to another history. */
function follows(next: Split, before: Split): boolean {
  if (next.version !== before.version) return next.version > before.version;
  return JSON.stringify(next) === JSON.stringify(before);
}
