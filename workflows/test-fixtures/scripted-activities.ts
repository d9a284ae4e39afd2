import { ApplicationFailure } from '@temporalio/common';
import type { LookArgs, LookResult } from '../../activities/looks/contract.ts';
import type { OpenedRelease, ProgressToKeep, StepOverride } from '../../activities/release/contract.ts';
import type { GuardActivities } from '../../activities/guard/contract.ts';
import type { SluiceActivities } from '../../activities/activities.ts';
import { scriptBatch } from './scripted-batch.ts';
import type { Course } from '../../domain/release/course.ts';
import { gateStages } from '../../domain/release/gate-stages.ts';
import { apply, type Progress, type ReleaseCommand } from '../../domain/release/progress.ts';
import type { ReleaseState } from '../../domain/release/release.ts';

/** Steps of a few hundred milliseconds, so that a whole release takes about a second. */
export const shortCourse: Course = {
  gates: gateStages,
  steps: [
    { stage: 'canary-5', weight: 5, holdMs: 400, minExposures: 10, bake: false },
    { stage: 'canary-100', weight: 95, holdMs: 400, minExposures: 10, bake: true },
    { stage: 'full', weight: 100, holdMs: 100, minExposures: 10, bake: false },
  ],
  compare: { stage: 'compare', weight: 50, holdMs: 400, minExposures: 10, bake: false },
  maxHoldMs: 60_000,
  onInconclusive: 'pause',
  maxPauseMs: 60_000,
  maxBlindMs: 60_000,
  leaseMs: 60_000,
};

/** What the release did, as activities saw it: `writeStep 5`, `closeRelease promoted`. */
export interface Script {
  calls: string[];
  /** Of the row: what a database would say. */
  state: ReleaseState;
  splitVersion: number;
  commands: ReleaseCommand[];
  applied: { id: number; result: string }[];
  looks: LookArgs[];
  stages: { stage: string; outcome: string }[];
  overrides: StepOverride[];
  /** What is kept of the release: what a run that continues it begins with. */
  kept: Progress | undefined;
  /** Records a command as the API would; without `more` as the API of before did. */
  command(kind: ReleaseCommand['kind'], actor?: string, more?: Partial<ReleaseCommand>): void;
  activities: SluiceActivities;
}

export interface ScriptOptions {
  app: string;
  course?: Partial<Course>;
  /** Whether the server has them; no where it is left out. */
  searchAttributes?: boolean;
  /** Replaces what an activity does; the others do what lets a release pass. */
  activities?: (script: Script) => Partial<SluiceActivities>;
}

/** Activities that stand for a world in which all goes well, but for what a test replaces; with the rows that they keep. */
export function scriptActivities({
  app,
  course,
  activities,
  searchAttributes = false,
}: ScriptOptions): Script {
  const script: Script = {
    calls: [],
    state: 'progressing',
    splitVersion: 7,
    commands: [],
    applied: [],
    looks: [],
    stages: [],
    overrides: [],
    kept: undefined,
    command: (kind, actor = 'user:ada', more = {}) => {
      script.commands.push({ id: script.commands.length + script.applied.length + 1, kind, actor, ...more });
      if (kind === 'pause') script.state = 'paused';
      if (kind === 'resume' || more.resume === true) script.state = 'progressing';
      if (kind === 'abort') script.state = 'rolling_back';
    },
    activities: {} as SluiceActivities,
  };
  const opened: OpenedRelease = {
    releaseId: `rel_${app}`,
    app,
    environment: 'production',
    label: 'v2',
    revision: `rev_${'2'.repeat(64)}`,
    stable: `rev_${'1'.repeat(64)}`,
    planName: 'default',
    course: { ...shortCourse, ...course },
    splitVersion: script.splitVersion,
    actor: 'user:ada',
    searchAttributes,
  };
  script.activities = traced(script, {
    ...releaseActivities(script, opened),
    ...commandActivities(script),
    ...splitActivities(script),
    ...gateActivities(),
    ...guardActivities(),
    takeLook: (args) => Promise.resolve(look(passWhenHeld(args))),
    takeLooks: (args) => scriptBatch(script, args),
    ...activities?.(script),
  });
  return script;
}

/** A guard that is over as soon as it is asked for. */
function guardActivities(): GuardActivities {
  return {
    watchGuard: () => Promise.resolve({ kind: 'ended', outcome: 'passed' }),
    closeGuard: () => Promise.resolve(),
    takeBackGuarded: () => Promise.resolve(),
  };
}

/** The result of a look with nothing remarkable in it. */
export function look(verdict: LookResult['verdict'], more: Partial<LookResult> = {}): LookResult {
  return {
    verdict,
    reason: `scripted ${verdict}`,
    exposures: { candidate: 100, stable: 1_900 },
    guardrails: [{ name: 'errors', evidence: 0.1, threshold: 3, candidateRate: 0.01, stableRate: 0.01 }],
    unreadCommands: false,
    ...more,
  };
}

/** A measurement that could not be made. */
export function brokenMeasurement(message = 'No gateway of the environment is alive.'): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'broken_measurement');
}

export function passWhenHeld({ heldMs, holdMs, promote }: LookArgs): 'pass' | 'wait' {
  return promote || heldMs >= holdMs ? 'pass' : 'wait';
}

function releaseActivities(script: Script, opened: OpenedRelease) {
  return {
    openRelease: ({ continuedRunId }: Parameters<SluiceActivities['openRelease']>[0]) =>
      Promise.resolve(
        continuedRunId === undefined || script.kept === undefined
          ? opened
          : { ...opened, progress: script.kept },
      ),
    keepProgress: () => Promise.resolve(),
    enterStage: () => Promise.resolve({ kind: 'entered' as const }),
    recordStage: ({ stage, outcome, override }: Parameters<SluiceActivities['recordStage']>[0]) => {
      script.stages.push({ stage, outcome });
      if (override !== undefined) script.overrides.push(override);
      return Promise.resolve();
    },
    // The one of the runner, which has a client, takes its place.
    requestCancel: () => Promise.resolve(),
    closeRelease: ({ outcome, reason }: Parameters<SluiceActivities['closeRelease']>[0]) => {
      script.state = outcome;
      return Promise.resolve({ outcome, reason });
    },
  };
}

function commandActivities(script: Script) {
  return {
    recordSignal: ({ kind }: Parameters<SluiceActivities['recordSignal']>[0]) => {
      script.command(kind === 'cancel' ? 'abort' : kind, 'temporal:tester');
      return Promise.resolve();
    },
    recordPause: () => {
      script.command('pause', 'system:release');
      return Promise.resolve();
    },
    endPause: () => {
      script.state = 'progressing';
      return Promise.resolve();
    },
    readCommands: () =>
      Promise.resolve({
        commands: script.commands,
        ...(script.state === 'rolling_back' ? { rollingBack: 'rolled back by a person' } : {}),
      }),
    markCommandApplied: (mark: { id: number; result: string }) => {
      script.applied.push(mark);
      script.commands = script.commands.filter(({ id }) => id !== mark.id);
      return Promise.resolve();
    },
  };
}

function splitActivities(script: Script) {
  const write = () => {
    if (script.state !== 'progressing') {
      return Promise.resolve({ kind: 'not-progressing' as const, state: script.state });
    }
    script.splitVersion += 1;
    return Promise.resolve({ kind: 'written' as const, version: script.splitVersion });
  };
  return {
    writeStep: write,
    promoteCandidate: write,
    awaitAcks: () => Promise.resolve({ kind: 'acked' as const }),
    withdrawCandidate: () => Promise.resolve({ version: (script.splitVersion += 1) }),
    awaitWithdrawn: () => Promise.resolve(),
  };
}

function gateActivities() {
  const pass = { outcome: 'pass' as const, summary: 'scripted pass' };
  return {
    planEvaluation: () => Promise.resolve({ kind: 'planned' as const, runId: 'eval_1', round: 0, shards: 2 }),
    runEvaluationShard: () => Promise.resolve({ calls: 1 }),
    decideEvaluation: () => Promise.resolve({ kind: 'decided' as const, gate: pass }),
    planMirror: () => Promise.resolve({ kind: 'planned' as const, runId: 'mirror_1', round: 0, shards: 2 }),
    runMirrorShard: () => Promise.resolve({ calls: 1 }),
    decideMirror: () => Promise.resolve(pass),
  };
}

const silent = new Set([
  'readCommands',
  'markCommandApplied',
  'takeLook',
  'takeLooks',
  'recordStage',
  'awaitAcks',
  'enterStage',
  'keepProgress',
  'requestCancel',
]);

function traced(script: Script, activities: SluiceActivities): SluiceActivities {
  const named = Object.entries(activities).map(([name, activity]) => [
    name,
    async (args: TracedArgs) => {
      if (name === 'takeLook') script.looks.push(args as unknown as LookArgs);
      const what = name === 'writeStep' ? args.weight : name === 'closeRelease' ? args.outcome : undefined;
      if (!silent.has(name)) script.calls.push(what === undefined ? name : `${name} ${what}`);
      const result = await (activity as (args: unknown) => Promise<unknown>)(args);
      keep(script, args, result);
      return result;
    },
  ]);
  return Object.fromEntries(named) as SluiceActivities;
}

interface TracedArgs {
  weight?: number;
  outcome?: string;
  kept?: ProgressToKeep;
}

/** Keeps what a transition leaves, a raise with the version that it has written; never an older state. */
function keep(script: Script, { kept, weight }: TracedArgs, result: unknown): void {
  if (kept === undefined) return;
  const { kind, version } = (result ?? {}) as { kind?: string; version?: number };
  if (kind === 'not-progressing' || kind === 'moved') return;
  const isRaise = kind === 'written' && version !== undefined && weight !== undefined;
  const next = isRaise
    ? apply(kept.progress, { kind: 'raised', version, weight, atMs: Date.now() })
    : kept.progress;
  if (next.sequence > (script.kept?.sequence ?? -1)) script.kept = next;
}
