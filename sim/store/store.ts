import type { AckingGateway } from '../../domain/split/acks-of.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { Progress, ReleaseCommand } from '../../domain/release/progress.ts';
import { isOpen, mayFollow, type CommandKind, type Outcome } from '../../domain/release/release.ts';
import { SplitStore } from './split-store.ts';
import { app, type PlayedGateway, type PlayedRelease } from './rows.ts';

const liveMs = 5_000;

/** The state of a release as its run leaves it. */
interface Kept {
  readonly runId: string;
  readonly firstRunId: string;
  readonly progress: Progress;
}

/**
 * What the database does, as far as a release needs it: each method is one transaction, and means what the function of
 * the same name in `config-store/functions` means. Nothing that it decides is the product's. `press.test.ts` holds its
 * rollbacks to the model that the SQL is held to, `schedule.test.ts` the rest to PostgreSQL.
 */
export class Store extends SplitStore {
  /** Refuses a second open release (invariant 3), and what serves already. */
  createRelease(id: string, revision: string): boolean {
    if (this.open !== undefined && !this.has('two releases are open')) return false;
    if (this.split.stable === revision) return false;
    this.releases.push({
      ...{ id, revision, state: 'starting', ending: undefined, reason: undefined, firstRunId: undefined },
      ...{ restarting: false, stage: 'open', stages: [], kept: undefined },
      ...{ createdMs: this.nowMs(), closedMs: undefined },
    });
    // The start of a release ends the guard of the one before it.
    const { guard } = this;
    if (guard !== undefined && guard.splitVersion === this.split.version)
      this.writeStable(id, `${id}/ends-guard`);
    this.witness.asked(3);
    const opened = this.releases.filter(({ state }) => isOpen(state));
    if (opened.length > 1) this.witness.broke(3, `open at once: ${opened.map((each) => each.id).join(', ')}`);
    return true;
  }

  /** Makes a release the workflow's own, or refuses it; gives its state where a run before has kept one. */
  openRelease(
    id: string,
    run: { readonly runId: string; readonly firstRunId: string; readonly continuedRunId?: string },
  ): Progress | undefined {
    const release = this.release(id);
    if (!isOpen(release.state)) throw new SluiceError('conflict', `Release ${id} is ${release.state}.`);
    const isTakenOver = release.restarting && release.firstRunId !== run.firstRunId;
    if (release.firstRunId !== undefined && release.firstRunId !== run.firstRunId && !isTakenOver)
      throw new SluiceError('conflict', `Release ${id} is another run's.`);
    // The run that is replaced may write the state no more; nor does what it still does end the replacement.
    if (isTakenOver && release.kept !== undefined) release.kept = { ...release.kept, runId: run.runId };
    if (isTakenOver) release.restarting = false;
    release.firstRunId = run.firstRunId;
    if (release.state === 'starting') this.move(release, 'progressing');
    if (release.kept === undefined) return undefined;
    const owner = release.kept.runId;
    if (owner !== run.runId && owner !== run.continuedRunId)
      throw new SluiceError('conflict', `Release ${id} is the work of the run ${owner}.`);
    release.kept = { ...release.kept, runId: run.runId };
    return release.kept.progress;
  }

  /** A release is in a stage from now on. */
  enterStage(id: string, stage: string, kept: Kept | undefined): void {
    const release = this.release(id);
    this.keep(id, kept);
    if (isOpen(release.state)) release.stage = stage;
  }

  /** Notes that a command was applied, with the state that this leaves; `nothing` where there is none. */
  applyCommand(commandId: number | undefined, id: string, kept: Kept | undefined): 'done' | 'nothing' {
    const command = this.commands.find((each) => each.id === commandId);
    if (command === undefined) return 'nothing';
    this.keep(id, kept);
    command.applied = true;
    return 'done';
  }

  /** A stage's end, with the state behind it. */
  recordStage(id: string, stage: PlayedRelease['stages'][number], kept: Kept | undefined): void {
    const { stages } = this.release(id);
    stages.push(stage);
    try {
      this.keep(id, kept);
    } catch (error) {
      stages.pop();
      throw error;
    }
  }

  keep(id: string, kept: Kept | undefined): void {
    if (kept === undefined) return;
    const release = this.release(id);
    const { runId, firstRunId, progress } = kept;
    const isOwn =
      release.firstRunId === firstRunId && (release.kept === undefined || release.kept.runId === runId);
    if (!isOwn && !this.has('a replaced run writes its state')) {
      throw new SluiceError('conflict', `Release ${id} is the work of another run than ${runId}.`);
    }
    if (!isOwn) this.witness.broke(6, `an older run of ${id} has written its state`);
    const before = release.kept?.progress.sequence ?? -1;
    if (progress.sequence <= before && !this.has('an older state wins')) return;
    if (progress.sequence < before)
      this.witness.broke(6, `state ${progress.sequence} of ${id} replaced state ${before}`);
    release.kept = { runId, progress };
    this.witness.kept(release, progress);
  }

  beginRestart(id: string, firstRunId: string): boolean {
    const release = this.release(id);
    if (!isOpen(release.state) || release.firstRunId !== firstRunId) return false;
    release.restarting = true;
    return true;
  }

  close(id: string, outcome: Outcome, reason: string): Outcome {
    const release = this.release(id);
    if (release.closedMs !== undefined) return release.state as Outcome;
    const decided = release.state === 'rolling_back' ? (release.ending ?? outcome) : outcome;
    const stillServes = this.split.releaseId === id && this.split.candidate !== undefined;
    if (release.state !== 'rolling_back' && !mayFollow(release.state, outcome))
      throw new SluiceError('conflict', `Release ${id} is ${release.state}: it cannot end as ${outcome}.`);
    if (stillServes)
      throw new SluiceError('conflict', `Release ${id} still has its candidate on the traffic.`);
    release.reason = reason;
    this.move(release, decided);
    if (this.lease?.releaseId === id) this.lease = undefined;
    if (decided === 'blocked') this.condemn(release.revision, 'gate');
    return decided;
  }

  /** What a person decides, with what must happen at once; false where it is refused. */
  command(releaseId: string, kind: CommandKind, actor: string, resume = false): boolean {
    const release = this.release(releaseId);
    const { split } = this;
    const isEarlyOrLate = release.state === 'starting' || release.state === 'rolling_back';
    if (!isOpen(release.state) || (kind !== 'abort' && isEarlyOrLate)) return false;
    const isServed =
      split.kind === 'raise' && `${split.operationId}/`.startsWith(`${releaseId}/${release.stage}/`);
    if (kind === 'promote' && (!isServed || (release.state === 'paused' && !resume))) return false;
    // A promotion is about the step that is served when it is given.
    const of = kind === 'promote' ? { stage: release.stage, splitVersion: split.version, resume } : {};
    this.commands.push({
      ...{ id: this.commands.length + 1, releaseId, kind, actor },
      ...of,
      applied: false,
    });
    if (kind === 'pause') this.move(release, 'paused');
    const ends = kind === 'resume' || (kind === 'promote' && resume);
    if (ends && release.state === 'paused') this.move(release, 'progressing');
    if (kind === 'abort') this.#abort(release, actor);
    return true;
  }

  #abort(release: PlayedRelease, actor: string): void {
    if (release.state === 'rolling_back') return;
    this.rollback({
      ...{ operationId: `${release.id}/abort/${this.commands.length}`, ending: 'aborted', actor },
      takeOut: release.revision,
    });
  }

  endPause(id: string): void {
    const release = this.release(id);
    if (release.state === 'paused') this.move(release, 'progressing');
  }

  unapplied(releaseId: string): ReleaseCommand[] {
    const left = this.commands.filter((each) => each.releaseId === releaseId && !each.applied);
    return left
      .toSorted((a, b) => Number(b.kind === 'abort') - Number(a.kind === 'abort') || a.id - b.id)
      .map(({ releaseId: _release, applied: _applied, ...command }) => command);
  }

  newestCommandId(releaseId: string): number {
    return this.commands.findLast((each) => each.releaseId === releaseId)?.id ?? 0;
  }

  heartbeat(row: PlayedGateway): void {
    this.gateways.set(row.id, row);
  }

  listGateways(): AckingGateway[] {
    return [...this.gateways.values()].map(({ id, heartbeatMs, ack }) => ({
      ...{ gatewayId: id, live: this.nowMs() - heartbeatMs < liveMs },
      ...{ acks: { [app]: ack }, refusals: {} },
    }));
  }
}
