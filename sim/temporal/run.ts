import { AsyncLocalStorage } from 'node:async_hooks';
import type { Duration } from '@temporalio/common';

/** A run of a workflow, as the code in it sees it. */
export interface PlayedRun {
  readonly info: WorkflowInfo;
  readonly host: Host;
  readonly waiting: Set<PendingCondition>;
  readonly signals: Map<string, () => void>;
}

export interface WorkflowInfo {
  readonly workflowId: string;
  readonly runId: string;
  readonly firstExecutionRunId: string;
  readonly continuedFromExecutionRunId?: string;
  readonly taskQueue: string;
  continueAsNewSuggested: boolean;
}

/** A workflow's code. */
export type Workflow = (input: unknown) => Promise<unknown>;

/** What carries runs: timers, activities, children. */
export interface Host {
  after(run: PlayedRun, delayMs: number, fire: () => void): () => void;
  activity(run: PlayedRun, call: ActivityCall): Call;
  child(run: PlayedRun, workflow: string): Call;
  /** Starts a child that outlives its parent; false where one of its id runs already. */
  abandoned(run: PlayedRun, code: Workflow, workflowId: string, input: unknown): Promise<boolean>;
}

export interface ActivityCall {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly options: ActivityOptions;
}

export interface ActivityOptions {
  readonly startToCloseTimeout?: Duration;
  readonly heartbeatTimeout?: Duration;
  readonly cancellationType?: string;
  readonly retry?: {
    readonly initialInterval?: Duration;
    readonly backoffCoefficient?: number;
    readonly maximumInterval?: Duration;
    readonly maximumAttempts?: number;
  };
}

/** Something that is under way; `cancel` asks it to end. */
export interface Call {
  readonly result: Promise<unknown>;
  cancel(): void;
}

export interface PendingCondition {
  readonly holds: () => boolean;
  readonly fire: (held: boolean) => void;
}

interface Context {
  readonly run: PlayedRun;
  readonly scope: CancellationScope;
}

const storage = new AsyncLocalStorage<Context>();

/** Of the workflow code that asks. */
export function context(): Context {
  const found = storage.getStore();
  if (found === undefined) throw new Error('Workflow code runs in a run.');
  return found;
}

/** Runs workflow code as the given run. */
export function inRun<T>(
  run: PlayedRun,
  code: () => Promise<T>,
): { readonly result: Promise<T>; readonly scope: CancellationScope } {
  const scope = new CancellationScope({ parent: undefined });
  return { scope, result: storage.run({ run, scope }, code) };
}

export class CancellationScope {
  readonly #parent: CancellationScope | undefined;
  readonly #cancellable: boolean;
  readonly #listeners = new Set<() => void>();
  #isCancelled = false;

  constructor({
    cancellable = true,
    parent = storage.getStore()?.scope,
  }: { readonly cancellable?: boolean; readonly parent?: CancellationScope | undefined } = {}) {
    this.#cancellable = cancellable;
    this.#parent = parent;
    if (cancellable)
      parent?.onCancel(() => {
        this.cancel();
      });
  }

  static current(): CancellationScope {
    return context().scope;
  }

  static nonCancellable<T>(code: () => Promise<T>): Promise<T> {
    return new CancellationScope({ cancellable: false }).run(code);
  }

  get consideredCancelled(): boolean {
    return this.#isCancelled || (this.#cancellable && this.#parent?.consideredCancelled === true);
  }

  run<T>(code: () => Promise<T>): Promise<T> {
    return storage.run({ run: context().run, scope: this }, code);
  }

  cancel(): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    for (const listener of [...this.#listeners]) listener();
  }

  onCancel(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
