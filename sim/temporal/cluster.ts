import { TemporalFailure } from '@temporalio/common';
import { releaseWorkflowId } from '../../domain/release/release.ts';
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import { app } from '../store/rows.ts';
import { startActivity, type Activities } from './activities.ts';
import { inRun, type ActivityCall, type Call, type Host, type PlayedRun, type Workflow } from './run.ts';
import { ContinueAsNew } from './workflow.ts';

export interface ClusterParts {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly activities: Activities;
  readonly workflow: Workflow;
  /** How a gate ends, and how long it takes. */
  readonly gate: (workflow: string) => { readonly outcome: object; readonly afterMs: number };
  /** An error of the workflow's code itself. */
  readonly onDefect: (error: unknown) => void;
}

interface Running {
  readonly run: PlayedRun;
  readonly workflowId: string;
  readonly code: Workflow;
  isOver: boolean;
}

/** A Temporal server with one worker: both may be away, and an activity's answer may be lost or come late. */
export class Cluster implements Host {
  isServerUp = true;
  isWorkerUp = true;
  /** The share of activities whose answer never arrives. */
  lossRate = 0;
  readonly #parts: ClusterParts;
  /** By their workflow ids: a release at a time, and guards that outlive theirs. */
  readonly #running = new Map<string, Running>();
  #runs = 0;
  /** Of the worker: one that has died takes its attempts along. */
  #boot = 0;
  #waiting: (() => void)[] = [];
  #atActivity: (() => void)[] = [];

  constructor(parts: ClusterParts) {
    this.#parts = parts;
  }

  get #release(): Running | undefined {
    return this.#running.get(releaseWorkflowId(app));
  }

  /** The run of a release. */
  get running(): { readonly workflowId: string; readonly firstRunId: string } | undefined {
    const running = this.#release;
    return running && { workflowId: running.workflowId, firstRunId: running.run.info.firstExecutionRunId };
  }

  /** False where the workflow runs already. */
  start(workflowId: string, input: unknown, code = this.#parts.workflow): boolean {
    if (this.#running.has(workflowId)) return false;
    this.#begin({ workflowId, code }, input, undefined);
    return true;
  }

  #begin(
    { workflowId, code }: Pick<Running, 'workflowId' | 'code'>,
    input: unknown,
    before: PlayedRun | undefined,
  ): void {
    const runId = `run-${++this.#runs}`;
    const run: PlayedRun = {
      host: this,
      waiting: new Set(),
      signals: new Map(),
      info: {
        ...{ workflowId, runId, taskQueue: 'sim', continueAsNewSuggested: false },
        firstExecutionRunId: before?.info.firstExecutionRunId ?? runId,
        ...(before === undefined ? {} : { continuedFromExecutionRunId: before.info.runId }),
      },
    };
    const running = { run, workflowId, code, isOver: false };
    this.#running.set(workflowId, running);
    this.#carry(running, () => {
      inRun(run, () => code(input)).result.then(
        () => {
          this.#over(running);
        },
        (error: unknown) => {
          this.#failed(running, error);
        },
      );
    });
  }

  #over(running: Running): void {
    if (this.#running.get(running.workflowId) !== running) return;
    running.isOver = true;
    this.#running.delete(running.workflowId);
  }

  #failed(running: Running, error: unknown): void {
    if (running.isOver) return;
    if (error instanceof ContinueAsNew) {
      running.isOver = true;
      this.#begin(running, error.input, running.run);
      return;
    }
    const isEnd = error instanceof TemporalFailure;
    if (!isEnd) this.#parts.onDefect(error);
    this.#over(running);
  }

  /** Right before the next activity does its work. */
  atNextActivity(go: () => void): void {
    this.#atActivity.push(go);
  }

  /** Ends the run of the release at once: nothing of its code runs again. */
  terminate(): void {
    const running = this.#release;
    if (running === undefined) return;
    running.isOver = true;
    this.#running.delete(running.workflowId);
  }

  signal(name: string): boolean {
    const running = this.#release;
    if (running === undefined || !this.isServerUp) return false;
    this.#carry(running, () => {
      running.run.signals.get(name)?.();
    });
    return true;
  }

  suggestContinueAsNew(): void {
    for (const { run } of this.#running.values()) run.info.continueAsNewSuggested = true;
  }

  /** Lets conditions see what has changed. True where one of them went on. */
  settle(): boolean {
    if (!this.isCarried) return false;
    let went = false;
    for (const { run } of [...this.#running.values()]) {
      for (const waiting of [...run.waiting]) {
        if (!run.waiting.has(waiting) || !waiting.holds()) continue;
        waiting.fire(true);
        went = true;
      }
    }
    return went;
  }

  #of(run: PlayedRun): Running | undefined {
    const running = this.#running.get(run.info.workflowId);
    return running?.run === run ? running : undefined;
  }

  /** There are a server and a worker. */
  get isCarried(): boolean {
    return this.isServerUp && this.isWorkerUp;
  }

  /** Now, or as soon as there are a server and a worker again; never for a run that is over. */
  #carry(running: Running, go: () => void): void {
    const goOn = (): void => {
      if (!running.isOver) go();
    };
    if (this.isCarried) goOn();
    else this.#waiting.push(goOn);
  }

  /** A worker that goes away takes along what it was doing. */
  setWorker(isUp: boolean): void {
    this.isWorkerUp = isUp;
    if (!isUp) this.#boot += 1;
  }

  /** The server or the worker is back. */
  resume(): void {
    if (!this.isCarried) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) this.#parts.scheduler.after(this.#parts.random.between(1, 500), go);
  }

  after(run: PlayedRun, delayMs: number, fire: () => void): () => void {
    return this.#parts.scheduler.after(delayMs, () => {
      const running = this.#of(run);
      if (running !== undefined) this.#carry(running, fire);
    });
  }

  child(run: PlayedRun, workflow: string): Call {
    const { outcome, afterMs } = this.#parts.gate(workflow);
    const result = Promise.withResolvers<unknown>();
    const stop = this.after(run, afterMs, () => {
      result.resolve(outcome);
    });
    return { result: result.promise, cancel: stop };
  }

  abandoned(run: PlayedRun, code: Workflow, workflowId: string, input: unknown): Promise<boolean> {
    return new Promise((resolve) => {
      this.after(run, this.#parts.random.between(1, 10), () => {
        resolve(this.start(workflowId, input, code));
      });
    });
  }

  activity(run: PlayedRun, call: ActivityCall): Call {
    const running = this.#of(run);
    if (running === undefined) return { result: new Promise(() => undefined), cancel: () => undefined };
    const { scheduler, random, activities } = this.#parts;
    return startActivity(call, {
      ...{ scheduler, random, activities },
      boot: () => this.#boot,
      isServerUp: () => this.isServerUp,
      lossRate: () => this.lossRate,
      carry: (go) => {
        this.#carry(running, go);
      },
      beforeWork: () => {
        for (const go of this.#atActivity.splice(0)) go();
      },
    });
  }
}
