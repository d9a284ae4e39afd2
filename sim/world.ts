import { audienceStage } from '../domain/release/audience.ts';
import type { Course } from '../domain/release/course.ts';
import { gateStages } from '../domain/release/gate-stages.ts';
import { releaseWorkflowId } from '../domain/release/release.ts';
import type { Bugs } from './bugs.ts';
import { Judge, type Broken, type Served } from './judge.ts';
import { simulatedActivities } from './parts/activities.ts';
import { Gateway } from './parts/gateway.ts';
import { createRandom, type Random } from './random.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';
import { app, type SplitVersion } from './store/rows.ts';
import { Store } from './store/store.ts';
import type { Faults, Neighbours } from './surroundings.ts';
import { Cluster } from './temporal/cluster.ts';
import type { Workflow } from './temporal/run.ts';

const startMs = Date.UTC(2026, 0, 1);
/** A candidate that answers wrongly is seen to after so long. */
const seenAfterMs = 2_000;
const gatePasses = 0.9;

/** The product's workflows, as the simulated Temporal is to run them. */
export interface PlayedWorkflows {
  readonly release: Workflow;
  readonly guard: Workflow;
}

export interface BrokenInvariant {
  readonly invariant: Broken;
  readonly what: string;
  /** Since the beginning, in milliseconds. */
  readonly atMs: number;
}

/** Everything that takes part in one run of the simulation, and what it has broken. */
export class World implements Neighbours {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly course: Course;
  readonly judge: Judge;
  readonly store: Store;
  readonly cluster: Cluster;
  readonly gateways: readonly Gateway[];
  readonly faults: Faults = { slowWriter: 0, staleReplica: 0 };
  readonly violations: BrokenInvariant[] = [];
  readonly trace: string[] = [];
  databaseIsUp = true;
  /** Nothing valid can be measured. */
  isBlind = false;
  readonly #bad = new Map<string, number>();
  readonly #exposures = new Map<number, number>();
  #ids = 0;

  /** What watches the revision of a release that has ended. */
  readonly guardCode: Workflow;

  constructor(seed: number, bugs: Bugs, { release: workflow, guard }: PlayedWorkflows) {
    this.guardCode = guard;
    this.random = createRandom(seed);
    this.scheduler = createScheduler(startMs, () => this.cluster.settle());
    this.course = courseOf(this.random, { isGuarded: seed % 2 === 1, hasAudience: seed % 3 === 0 });
    const { random, scheduler, course, nowMs, onDefect } = this;
    const { say, broke, isBad: isSeenToBeBad } = this;
    this.judge = new Judge({ course, nowMs, say, broke, isSeenToBeBad, store: () => this.store });
    this.store = new Store(nowMs, this.judge, bugs);
    const activities = simulatedActivities(this);
    this.cluster = new Cluster({ random, scheduler, workflow, activities, onDefect, gate: this.#gate });
    this.gateways = [new Gateway('gw-1', this), new Gateway('gw-2', this)];
  }

  readonly nowMs = (): number => this.scheduler.nowMs();

  /** Something that may not happen whatever else does: an error of the code itself. */
  readonly onDefect = (error: unknown): void => {
    this.broke('ends', error instanceof Error ? (error.stack ?? error.message) : String(error));
  };

  readonly say = (what: string): void => {
    this.trace.push(`${((this.nowMs() - startMs) / 1_000).toFixed(3)} ${what}`);
  };

  readonly broke = (invariant: Broken, what: string): void => {
    this.violations.push({ invariant, what, atMs: this.nowMs() - startMs });
    this.say(`BROKEN ${invariant}: ${what}`);
  };

  /** How a gate before production ends, and after how long. */
  readonly #gate = (): { readonly outcome: object; readonly afterMs: number } => {
    const { random } = this;
    const outcome = random.chance(gatePasses) ? 'pass' : random.pick(['fail', 'inconclusive']);
    return { outcome: { outcome, summary: 'the gate' }, afterMs: random.between(500, 8_000) };
  };

  get isWhole(): boolean {
    return (
      this.databaseIsUp &&
      this.cluster.isCarried &&
      this.faults.slowWriter === 0 &&
      this.cluster.lossRate === 0
    );
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.scheduler.after(ms, resolve);
    });
  }

  newId(): number {
    return (this.#ids += 1);
  }

  splitAt(atMs: number): SplitVersion {
    return this.store.history.findLast((each) => each.atMs <= atMs) ?? this.store.split;
  }

  /** From now on the open release's revision answers wrongly, or the one that a guard watches. */
  spoilCandidate(): void {
    const { revision } = this.store.open ?? this.store.guard ?? {};
    if (revision !== undefined && !this.#bad.has(revision)) this.#bad.set(revision, this.nowMs());
  }

  isSeenToBeBad(releaseId: string): boolean {
    return this.isBad(this.store.release(releaseId).revision);
  }

  readonly isBad = (revision: string): boolean => {
    const since = this.#bad.get(revision);
    return since !== undefined && this.nowMs() - since > seenAfterMs;
  };

  /** How often the candidate of a version was asked. */
  exposures(version: number): number {
    return this.#exposures.get(version) ?? 0;
  }

  /** A gateway answers a request. */
  served(gateway: string, version: number, { arm, isOnLease, isMember }: Served): void {
    const split = this.store.history.find((each) => each.version === version) ?? this.store.split;
    this.judge.served(gateway, split, { isOnLease, isMember });
    if (arm === 'candidate') this.#exposures.set(version, this.exposures(version) + 1);
  }

  /** Starts a release of a new revision, as the API does: the row first, then the workflow. */
  startRelease(revision: string): void {
    const id = `r-${this.store.releases.length + 1}`;
    if (!this.store.createRelease(id, revision)) return;
    this.say(`release ${id} of ${revision} is created`);
    if (this.cluster.isServerUp) this.cluster.start(releaseWorkflowId(app), { app, releaseId: id });
  }
}

/**
 * A plan of short steps: what is simulated is their order, not how long they are. Every other one ends with a guard, and every
 * third begins with an audience.
 */
function courseOf(
  random: Random,
  { isGuarded, hasAudience }: { readonly isGuarded: boolean; readonly hasAudience: boolean },
): Course {
  const step = (weight: number, bake = false) => ({
    ...{ stage: `canary-${weight}`, weight, holdMs: 10_000, minExposures: 2, bake },
  });
  return {
    gates: gateStages,
    steps: [
      ...(hasAudience ? [{ ...step(0), stage: audienceStage, share: 50 }] : []),
      ...[step(5), step(25)],
      isGuarded ? { ...step(100, true), weight: 95 } : step(100, true),
    ],
    ...(isGuarded ? { guardMs: 30_000 } : {}),
    compare: step(50),
    ...{ maxHoldMs: 40_000, onInconclusive: random.pick(['pause', 'rollback']) },
    ...{ maxPauseMs: 60_000, maxBlindMs: 20_000, leaseMs: 12_000 },
  };
}
