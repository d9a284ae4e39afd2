import type { RaiseResult } from '../../activities/split/contract.ts';
import { SluiceError } from '../../domain/errors.ts';
import { isOpen, type Ending } from '../../domain/release/release.ts';
import type { StoreBug } from '../bugs.ts';
import { rollback, type PlayedPress, type PlayedPressResult } from './press.ts';
import type { PlayedGuard, PlayedRelease, SplitVersion } from './rows.ts';
import { StoreState } from './state.ts';

/** A write of a split that rests on what its writer has read. */
interface Write {
  readonly releaseId: string;
  readonly operationId: string;
  readonly expectedVersion: number;
}

/** What the database does with the split and its lease, a transaction a method. */
export class SplitStore extends StoreState {
  rollback(press: PlayedPress): PlayedPressResult {
    return rollback(this, press);
  }

  createStable(revision: string): void {
    this.write({
      ...{ kind: 'create', stable: revision, candidate: undefined, weight: 0, releaseId: undefined },
      ...{ salt: 'first', operationId: 'create', tookOut: [] },
    });
  }

  raise(args: Write & { readonly weight: number; readonly ttlMs: number }): RaiseResult {
    const release = this.release(args.releaseId);
    const stored = this.#stored(args);
    if (stored !== undefined) this.witness.asked(18);
    if (stored !== undefined && !this.has('a repetition acts again'))
      return { kind: 'written', version: stored.version };
    const bugs = ['a raise while paused', 'a raise knows of no fence'] as const;
    const refusal = this.#refusal(release, args, bugs);
    if (refusal !== undefined) return refusal;
    const { split } = this;
    if (split.version !== args.expectedVersion)
      this.witness.broke(6, `a raise was written on ${split.version}, and knew of ${args.expectedVersion}`);
    if (stored !== undefined) this.witness.broke(18, `${args.operationId} was written twice`);
    const { stable } = split;
    const { version } = this.write({
      ...{ kind: 'raise', stable, candidate: release.revision, weight: args.weight, releaseId: release.id },
      ...{ salt: release.id, operationId: args.operationId, tookOut: [] },
    });
    this.lease = { releaseId: release.id, renewedMs: this.nowMs(), ttlMs: args.ttlMs };
    return { kind: 'written', version };
  }

  /** `guardMs`: for how long the holdback goes on, where the plan has a guard. */
  promote(args: Write & { readonly guardMs?: number | undefined }): RaiseResult {
    const { id, revision } = this.release(args.releaseId);
    const stored = this.#stored(args);
    if (stored !== undefined) return { kind: 'written', version: stored.version };
    const bugs = ['a promotion while paused', 'a promotion knows of no fence'] as const;
    const refusal = this.#refusal(this.release(id), args, bugs);
    if (refusal !== undefined) return refusal;
    const { split } = this;
    if (split.candidate !== revision && !this.has('a promotion knows of no fence'))
      throw new SluiceError('conflict', `Release ${id} has no candidate on the traffic.`);
    const { version } = this.write({
      ...{ kind: 'promote', stable: revision, candidate: undefined, weight: 0, releaseId: id },
      ...{ salt: split.salt, operationId: args.operationId, tookOut: [] },
    });
    this.condemned.delete(revision);
    this.move(this.release(id), 'promoted');
    this.lease =
      args.guardMs === undefined || this.lease === undefined
        ? undefined
        : { ...this.lease, renewedMs: this.nowMs() };
    if (args.guardMs !== undefined) this.#openGuard({ releaseId: id, holdMs: args.guardMs, version }, split);
    return { kind: 'written', version };
  }

  #openGuard(
    {
      version: splitVersion,
      ...own
    }: Pick<PlayedGuard, 'releaseId' | 'holdMs'> & { readonly version: number },
    { stable: former, weight }: SplitVersion,
  ): void {
    if (this.guard !== undefined) this.witness.broke(3, 'two guards are open');
    this.guards.push({
      ...{ ...own, revision: this.split.stable, former, weight, splitVersion },
      ...{ openedMs: this.nowMs(), closedMs: undefined, outcome: undefined, looks: [] },
    });
  }

  /** The guard of a release as long as it is in force. */
  guardInForce(releaseId: string): PlayedGuard | undefined {
    const { guard } = this;
    return guard?.releaseId === releaseId && guard.splitVersion === this.split.version ? guard : undefined;
  }

  /** Ends a guard whose time is over, as its newest look says. */
  closeGuard(releaseId: string): 'closed' | 'not-over' | 'ended' {
    const own = this.guardInForce(releaseId);
    if (own === undefined) return 'ended';
    const newest = own.looks.at(-1);
    if (newest?.verdict === 'fail') return 'not-over';
    const hasPassed = newest?.verdict === 'pass' && newest.heldMs >= own.holdMs;
    const isLate = this.nowMs() >= own.openedMs + own.holdMs * 1.1 + 30_000;
    if (!hasPassed && !isLate) return 'not-over';
    this.closeGuardRow(own, hasPassed ? 'passed' : 'inconclusive');
    this.writeStable(releaseId, `${releaseId}/guard`);
    return 'closed';
  }

  /** What is stable stays so, and nothing is beside it any more. */
  protected writeStable(releaseId: string, operationId: string): void {
    const { stable, salt } = this.split;
    this.write({
      ...{ kind: 'promote', stable, candidate: undefined, weight: 0, releaseId, salt },
      ...{ operationId, tookOut: [] },
    });
  }

  /** Takes back what a guard watches, by the look that is stored; nothing where it is over. */
  takeBackGuarded(releaseId: string, expectedVersion: number): void {
    const own = this.guardInForce(releaseId);
    const hasFailed = own?.looks.at(-1)?.verdict === 'fail';
    const isOwn = own?.splitVersion === expectedVersion && hasFailed;
    const known = this.guards.find((each) => each.releaseId === releaseId);
    if (known === undefined || (!isOwn && !this.has('a guard takes back what it does not watch'))) return;
    this.witness.tookBack(known, this.split);
    this.rollback({
      ...{ operationId: `${releaseId}/guard-withdraw`, actor: 'system:guardrail', ending: 'rolled_back' },
      takeOut: isOwn ? own.revision : this.split.stable,
    });
  }

  /** Keeps what a look at a guard has found. */
  storeGuardLook(releaseId: string, look: PlayedGuard['looks'][number]): void {
    this.guardInForce(releaseId)?.looks.push(look);
  }

  #stored({ operationId }: Write): SplitVersion | undefined {
    return this.history.find((each) => each.operationId === operationId);
  }

  /** Why a release may not go on (invariants 5 and 6), but for a bug that lets a paused one or anyone. */
  #refusal(
    { state }: PlayedRelease,
    { expectedVersion }: Write,
    [whilePaused, withoutFence]: readonly [StoreBug, StoreBug],
  ): RaiseResult | undefined {
    if (this.has(withoutFence)) return undefined;
    if (state !== 'progressing' && !(state === 'paused' && this.has(whilePaused)))
      return { kind: 'not-progressing', state };
    const { version } = this.split;
    return version === expectedVersion ? undefined : { kind: 'moved', version };
  }

  /** For who acts on somebody else's release: only on what he has read. */
  withdraw(args: {
    readonly releaseId: string;
    readonly firstRunId: string | undefined;
    readonly expectedVersion: number;
    readonly operationId: string;
    readonly ending: Ending;
  }): 'done' | 'moved' {
    const release = this.release(args.releaseId);
    if (!isOpen(release.state) || release.firstRunId !== args.firstRunId) return 'moved';
    if (this.split.version !== args.expectedVersion) return 'moved';
    const { operationId, ending } = args;
    this.rollback({ operationId, ending, actor: 'system:guardrail', takeOut: release.revision });
    return 'done';
  }

  renewLease(releaseId: string, ttlMs: number): boolean {
    const { state } = this.release(releaseId);
    const isGuarded = this.guardInForce(releaseId) !== undefined;
    if (!isGuarded && state !== 'progressing' && state !== 'paused') return false;
    const longer = this.has('a lease that lasts for ever') ? 100 : 1;
    this.lease = { releaseId, renewedMs: this.nowMs(), ttlMs: ttlMs * longer };
    return true;
  }
}
