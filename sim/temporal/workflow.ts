// What workflow code imports as `@temporalio/workflow`, under virtual time: the part of it that Sluice uses, with the
// meaning that Temporal's documentation gives it. Replay is left out: what a run has done it has done.
import {
  ActivityFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  WorkflowExecutionAlreadyStartedError,
  type Duration,
} from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time.js';
import type { CancellationScope } from './run.ts';
import {
  context,
  type ActivityCall,
  type ActivityOptions,
  type Call,
  type Workflow,
  type WorkflowInfo,
} from './run.ts';

export { CancellationScope } from './run.ts';

export {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  TemporalFailure,
  TimeoutFailure,
} from '@temporalio/common';

/** A run that ends to go on in a new one. */
export class ContinueAsNew extends Error {
  readonly input: unknown;

  constructor(input: unknown) {
    super('continues as new');
    this.input = input;
  }
}

export function isCancellation(error: unknown): boolean {
  return (
    error instanceof CancelledFailure ||
    ((error instanceof ActivityFailure || error instanceof ChildWorkflowFailure) &&
      isCancellation(error.cause))
  );
}

export function workflowInfo(): WorkflowInfo {
  return context().run.info;
}

/** All changes of the code are there: releases that began under an earlier code are the replay histories' matter. */
export function patched(): boolean {
  return true;
}

export function setHandler(definition: { readonly name: string }, handler: () => void): void {
  const { run } = context();
  run.signals.set(definition.name, handler);
}

export const defineSignal = (name: string): { readonly name: string } => ({ name });
export const defineQuery = (name: string): { readonly name: string } => ({ name });
export const upsertMemo = (): void => undefined;
export const setCurrentDetails = (): void => undefined;
export const upsertSearchAttributes = (): void => undefined;

export const ChildWorkflowCancellationType = { TRY_CANCEL: 'TRY_CANCEL' };

export function makeContinueAsNewFunc(): (input: unknown) => Promise<never> {
  return (input) => Promise.reject(new ContinueAsNew(input));
}

export const continueAsNew = makeContinueAsNewFunc();

export function condition(holds: () => boolean): Promise<undefined>;
export function condition(holds: () => boolean, timeout: Duration, options?: object): Promise<boolean>;
export function condition(holds: () => boolean, timeout?: Duration): Promise<boolean | undefined> {
  const { run, scope } = context();
  if (scope.consideredCancelled) return Promise.reject(new CancelledFailure('cancelled'));
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      run.waiting.delete(waiting);
      forget();
      stop();
      settle();
    };
    const fire = (held: boolean): void => {
      end(() => {
        resolve(timeout === undefined ? undefined : held);
      });
    };
    const waiting = { holds, fire };
    run.waiting.add(waiting);
    const forget = scope.onCancel(() => {
      end(() => {
        reject(new CancelledFailure('cancelled'));
      });
    });
    const stop =
      timeout === undefined
        ? () => undefined
        : run.host.after(run, msToNumber(timeout), () => {
            fire(false);
          });
  });
}

export async function sleep(duration: Duration): Promise<void> {
  await condition(() => false, duration);
}

export function proxyActivities(options: ActivityOptions): unknown {
  return new Proxy(
    {},
    {
      get(_target, name) {
        const call = (...args: unknown[]): Promise<unknown> => invoke({ name: String(name), args, options });
        return Object.assign(call, {
          executeWithOptions: (_options: unknown, args: unknown[]) =>
            invoke({ name: String(name), args, options }),
        });
      },
    },
  );
}

function invoke(call: ActivityCall): Promise<unknown> {
  const { run, scope } = context();
  if (scope.consideredCancelled)
    return Promise.reject(failedActivity(call.name, new CancelledFailure('cancelled before it began')));
  return follow(run.host.activity(run, call), scope, call.options.cancellationType ?? 'TRY_CANCEL', (cause) =>
    failedActivity(call.name, cause),
  );
}

export function executeChild(workflow: { readonly name: string }): Promise<unknown> {
  const { run, scope } = context();
  if (scope.consideredCancelled) return Promise.reject(new CancelledFailure('cancelled before it began'));
  return follow(run.host.child(run, workflow.name), scope, 'TRY_CANCEL', (cause) =>
    failedChild(workflow.name, cause),
  );
}

/** One that outlives the run: where it cannot be started, that is told as Temporal does. */
export async function startChild(
  code: Workflow,
  { workflowId, args: [input] }: { readonly workflowId: string; readonly args: readonly unknown[] },
): Promise<void> {
  const { run } = context();
  if (await run.host.abandoned(run, code, workflowId, input)) return;
  throw new WorkflowExecutionAlreadyStartedError('already started', workflowId, code.name);
}

/** Cancelling tells the call; with `TRY_CANCEL` nobody waits for what comes of that. */
async function follow(
  call: Call,
  scope: CancellationScope,
  cancellationType: string,
  failed: (cause: Error) => Error,
): Promise<unknown> {
  const cancelled = Promise.withResolvers<never>();
  const forget = scope.onCancel(() => {
    call.cancel();
    if (cancellationType === 'TRY_CANCEL') cancelled.reject(failed(new CancelledFailure('cancelled')));
  });
  try {
    return await Promise.race([call.result, cancelled.promise]);
  } catch (error) {
    throw error instanceof ActivityFailure ||
      error instanceof ChildWorkflowFailure ||
      !(error instanceof Error)
      ? error
      : failed(error);
  } finally {
    forget();
  }
}

function failedActivity(name: string, cause: Error): ActivityFailure {
  return new ActivityFailure(
    'Activity task failed',
    name,
    undefined,
    'MAXIMUM_ATTEMPTS_REACHED',
    undefined,
    cause,
  );
}

function failedChild(name: string, cause: Error): ChildWorkflowFailure {
  return new ChildWorkflowFailure('default', { workflowId: name }, name, 'MAXIMUM_ATTEMPTS_REACHED', cause);
}
