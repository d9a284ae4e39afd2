import { noStable, unknownRelease } from '../../domain/refusals.ts';
import type { GuardOutcome } from '../../domain/release/guard.ts';
import type { Progress } from '../../domain/release/progress.ts';
import { isOpen, mayFollow, type ReleaseState } from '../../domain/release/release.ts';
import type { Bugs, StoreBug } from '../bugs.ts';
import {
  app,
  environment,
  type Finding,
  type PlayedCommand,
  type PlayedGateway,
  type PlayedGuard,
  type PlayedLease,
  type PlayedRelease,
  type SplitVersion,
} from './rows.ts';

/** Told of every commit, before and after: whoever judges the invariants listens here. */
export interface Witness {
  wrote(version: SplitVersion, before: SplitVersion | undefined): void;
  moved(release: PlayedRelease, from: ReleaseState, to: ReleaseState): void;
  /** A release's state was kept. */
  kept(release: PlayedRelease, progress: Progress): void;
  /** Somebody takes a revision out: what is condemned by now was so before. */
  pressed(): void;
  /** A guard has taken its revision back. */
  tookBack(guard: PlayedGuard, from: SplitVersion): void;
  /** A revision was found to be bad. */
  condemned(revision: string, by: Finding): void;
  /** An invariant was put to the question: something happened that might have broken it. */
  asked(invariant: number): void;
  broke(invariant: number, what: string): void;
}

/** The rows of the simulated database, and the two ways in which they change: a split is written, a release moves. */
export class StoreState {
  readonly history: SplitVersion[] = [];
  readonly releases: PlayedRelease[] = [];
  readonly commands: PlayedCommand[] = [];
  readonly guards: PlayedGuard[] = [];
  readonly gateways = new Map<string, PlayedGateway>();
  readonly condemned = new Map<string, Finding>();
  lease: PlayedLease | undefined;

  readonly nowMs: () => number;
  readonly witness: Witness;
  readonly #bugs: Bugs;

  constructor(nowMs: () => number, witness: Witness, bugs: Bugs) {
    this.nowMs = nowMs;
    this.witness = witness;
    this.#bugs = bugs;
  }

  has(bug: StoreBug): boolean {
    return this.#bugs.has(bug);
  }

  get split(): SplitVersion {
    const newest = this.history.at(-1);
    if (newest === undefined) throw noStable(app, environment);
    return newest;
  }

  get open(): PlayedRelease | undefined {
    return this.releases.find(({ state }) => isOpen(state));
  }

  /** The guard that is open; in force is it while the split is its own. */
  get guard(): PlayedGuard | undefined {
    return this.guards.find(({ closedMs }) => closedMs === undefined);
  }

  release(id: string): PlayedRelease {
    const found = this.releases.find((each) => each.id === id);
    if (found === undefined) throw unknownRelease(id);
    return found;
  }

  write(change: Omit<SplitVersion, 'version' | 'atMs'>): SplitVersion {
    const before = this.history.at(-1);
    const step =
      this.has('the version stands still') && before !== undefined && before.version % 7 === 0 ? 0 : 1;
    const written = { ...change, version: (before?.version ?? 0) + step, atMs: this.nowMs() };
    this.history.push(written);
    this.#endGuard(written);
    this.witness.wrote(written, before);
    return written;
  }

  /** Whatever writes the split ends the guard that it had. */
  #endGuard({ version, kind, tookOut }: SplitVersion): void {
    const { guard } = this;
    if (guard === undefined || guard.splitVersion >= version || this.has('a guard outlives its split'))
      return;
    const isTakenBack = kind === 'rollback' && tookOut.includes(guard.revision);
    this.closeGuardRow(guard, isTakenBack ? 'rolled_back' : 'closed');
  }

  closeGuardRow(guard: PlayedGuard, outcome: GuardOutcome): void {
    guard.closedMs = this.nowMs();
    guard.outcome = outcome;
    if (this.lease?.releaseId === guard.releaseId) this.lease = undefined;
  }

  move(release: PlayedRelease, to: ReleaseState): void {
    const from = release.state;
    if (!mayFollow(from, to)) this.witness.broke(4, `release ${release.id} went from ${from} to ${to}`);
    release.state = to;
    if (!isOpen(to)) release.closedMs = this.nowMs();
    this.witness.moved(release, from, to);
  }

  /** Former stable revisions, the one that served last first. */
  formers(): string[] {
    return [...new Set(this.history.map(({ stable }) => stable).reverse())];
  }

  condemn(revision: string, by: Finding): void {
    // What a gate or a guardrail has found stays found, whatever a person adds.
    if (by === 'person' && this.condemned.has(revision)) return;
    this.condemned.set(revision, by);
    this.witness.condemned(revision, by);
  }
}
