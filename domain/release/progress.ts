import type { Actor, CommandKind } from './release.ts';
import type { Course } from './course.ts';
import type { StepRun } from './step-run.ts';

/** A compensation as data: what it is called and with what it is called. */
export interface Compensation {
  readonly name: 'withdrawCandidate';
  readonly args: {
    readonly app: string;
    readonly environment: string;
    readonly releaseId: string;
    readonly revision: string;
  };
}

/** A command as the release applies it. */
export interface ReleaseCommand {
  readonly id: number;
  readonly kind: CommandKind;
  readonly actor: Actor;
  readonly reason?: string;
  readonly stage?: string;
  /** The split version that a promotion is for. */
  readonly splitVersion?: number;
  /** Of a promotion: it also ends a pause. Absent in histories from when every promotion did. */
  readonly resume?: boolean;
}

/** A person's word to go on with the present step before it has passed. */
export interface Promotion {
  readonly commandId: number;
  readonly actor: Actor;
  readonly reason?: string | undefined;
}

/**
 * How far a release is: the one state of it, kept in its row, so that a run of its workflow carries nothing but the
 * release's id. Plain data; times in milliseconds since the epoch by the workflow's clock.
 */
export interface Progress {
  readonly version: 1;
  /** Grows with every transition: an older state never replaces a newer one. */
  readonly sequence: number;
  /** The plan as it is walked: fixed when the release was opened, so that no later change of the code moves it. */
  readonly course: Course;
  /** Index into the stage table, of the stage that was entered last or comes next. */
  readonly stageIndex: number;
  readonly stage: string;
  readonly stageStartedMs: number;
  /** The version of the release's own last write, or the one it found when it was opened. */
  readonly splitVersion: number;
  readonly splitWrittenMs: number;
  /** The candidate's share in percent that holds now. */
  readonly weight: number;
  /** The candidate's share of the plan's audience in percent, from its step on; absent where none is served to. */
  readonly audienceShare?: number | undefined;
  /** What has to be undone, oldest first; there is something from before the first write of production. */
  readonly compensations: readonly Compensation[];
  /** Since when the release is paused. */
  readonly pausedSinceMs?: number | undefined;
  /** Who paused it, and why; absent in states of earlier versions. */
  readonly pausedBy?: { readonly actor: Actor; readonly reason?: string | undefined } | undefined;
  /** An absolute bound alarmed at 100 %: the comparison at 50 % has to decide. */
  readonly alarmed: boolean;
  /** A promotion that nobody has acted on yet. */
  readonly promotion?: Promotion | undefined;
  /** The newest command that was applied or found to be. */
  readonly seenCommandId: number;
  /** Where the present step is; absent where the stage is no step, or it has not begun. */
  readonly step?: StepRun | undefined;
}

/** What happens to a release. */
export type ProgressEvent =
  | { readonly kind: 'entered'; readonly stage: string; readonly stageIndex: number; readonly atMs: number }
  /** A stage has ended: the next one is to be entered. `alarmed`: an absolute bound has, and must be compared. */
  | { readonly kind: 'left'; readonly alarmed?: boolean }
  | { readonly kind: 'compensable'; readonly compensation: Compensation }
  | { readonly kind: 'raised'; readonly version: number; readonly weight: number; readonly atMs: number }
  | { readonly kind: 'step-begun'; readonly step: StepRun }
  /** The present step has come further. */
  | { readonly kind: 'stepped'; readonly changes: Partial<StepRun> }
  /** How it ends is known: what it has done is undone, and it is closed. */
  | { readonly kind: 'ending' }
  | { readonly kind: 'commanded'; readonly command: ReleaseCommand; readonly atMs: number }
  | { readonly kind: 'commands-seen'; readonly newestId: number }
  | { readonly kind: 'resumed' }
  | { readonly kind: 'withdrawn' }
  | { readonly kind: 'promoted'; readonly version: number };

/** A release as it begins: nothing written, nothing decided. */
export function newProgress(
  { course, splitVersion }: { readonly course: Course; readonly splitVersion: number },
  nowMs: number,
): Progress {
  return {
    ...{ version: 1, sequence: 0, course, stageIndex: 0, stage: 'open', stageStartedMs: nowMs },
    ...{ splitVersion, splitWrittenMs: nowMs, weight: 0, compensations: [] },
    ...{ alarmed: false, seenCommandId: 0 },
  };
}

/** Does somebody get the candidate: a share of all subjects, or of the audience? */
export function isServed({ weight, audienceShare }: Pick<Progress, 'weight' | 'audienceShare'>): boolean {
  return weight > 0 || audienceShare !== undefined;
}

/** The state after something has happened: pure, so that workflow and activities come to the same. */
export function apply(progress: Progress, event: ProgressEvent): Progress {
  return { ...progress, ...changesOf(progress, event), sequence: progress.sequence + 1 };
}

function changesOf(progress: Progress, event: ProgressEvent): Partial<Progress> {
  switch (event.kind) {
    case 'entered': {
      const { stage, stageIndex, atMs: stageStartedMs } = event;
      return { stage, stageIndex, stageStartedMs, promotion: undefined, step: undefined };
    }
    case 'left':
      return {
        ...{ stageIndex: progress.stageIndex + 1, promotion: undefined, step: undefined },
        alarmed: progress.alarmed || event.alarmed === true,
      };
    case 'compensable':
      return { compensations: [...progress.compensations, event.compensation] };
    case 'raised': {
      const { version: splitVersion, weight, atMs: splitWrittenMs } = event;
      const share = progress.course.steps.find(({ stage }) => stage === progress.stage)?.share;
      return {
        ...{ splitVersion, weight, splitWrittenMs },
        ...(share === undefined ? {} : { audienceShare: share }),
        // What was said of the weight before is not said of this one.
        promotion: undefined,
      };
    }
    case 'step-begun':
      return { step: event.step };
    case 'stepped':
      return progress.step === undefined ? {} : { step: { ...progress.step, ...event.changes } };
    case 'ending':
      return { step: undefined };
    case 'commanded': {
      const seenCommandId = Math.max(progress.seenCommandId, event.command.id);
      return { ...answerTo(progress, event.command, event.atMs).changes, seenCommandId };
    }
    case 'commands-seen':
      return { seenCommandId: Math.max(progress.seenCommandId, event.newestId) };
    case 'resumed':
      return notPaused;
    case 'withdrawn':
      return { compensations: [], weight: 0, audienceShare: undefined, promotion: undefined };
    case 'promoted':
      return {
        ...{ compensations: [], weight: 100, audienceShare: undefined },
        ...{ splitVersion: event.version, promotion: undefined },
      };
  }
}

const notPaused = { pausedSinceMs: undefined, pausedBy: undefined };

/** What the candidate has, as people read it. */
export function shareText({ weight, audienceShare }: Pick<Progress, 'weight' | 'audienceShare'>): string {
  return weight === 0 && audienceShare !== undefined ? `${audienceShare} % of the audience` : `${weight} %`;
}

interface CommandAnswer {
  /** What became of the command, as a sentence for its row. */
  readonly result: string;
  readonly changes: Partial<Progress>;
}

/** What becomes of what a person decided. */
export function answerTo(progress: Progress, command: ReleaseCommand, nowMs: number): CommandAnswer {
  const isPaused = progress.pausedSinceMs !== undefined;
  switch (command.kind) {
    case 'pause':
      if (isPaused) return { result: 'already paused', changes: {} };
      // Who pauses wants to look at it again: a promotion that was not acted on is dropped.
      return {
        result: `paused at ${shareText(progress)}`,
        changes: {
          pausedSinceMs: nowMs,
          pausedBy: {
            actor: command.actor,
            ...(command.reason === undefined ? {} : { reason: command.reason }),
          },
          promotion: undefined,
        },
      };
    case 'resume':
      if (!isPaused) return { result: 'was not paused', changes: {} };
      return { result: 'resumed', changes: notPaused };
    case 'promote':
      return answerToPromotion(progress, command);
    case 'abort':
      return { result: 'aborted', changes: {} };
  }
}

/** A promotion goes on from one step; the gates before production cannot be skipped (invariant 13). */
function answerToPromotion(progress: Progress, command: ReleaseCommand): CommandAnswer {
  const refusal = refusalOf(progress, command);
  if (refusal !== undefined) return { result: `refused: ${refusal}`, changes: {} };
  const { id: commandId, actor, reason, resume } = command;
  return {
    result: `the rest of the hold of ${progress.stage} is skipped after the next good look`,
    changes: {
      promotion: { commandId, actor, ...(reason === undefined ? {} : { reason }) },
      ...(resume === true ? notPaused : {}),
    },
  };
}

function refusalOf(progress: Progress, { stage, splitVersion, resume }: ReleaseCommand): string | undefined {
  if (progress.compensations.length === 0) return 'gates before production are not skipped by a promotion';
  if (stage !== undefined && stage !== progress.stage) {
    return `meant for ${stage}, the release is at ${progress.stage}`;
  }
  if (splitVersion !== undefined && splitVersion !== progress.splitVersion) {
    return `meant for split version ${splitVersion}, the release is at ${progress.splitVersion}`;
  }
  if (resume === false && progress.pausedSinceMs !== undefined) return 'the release is paused';
  return undefined;
}
