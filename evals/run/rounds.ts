import { nextRepeats, type GateCase, type GateInput } from '../../analysis/gate/gate-decision.ts';
import { isKnown, workKey, type EvalPlan, type WorkItem, type WorkResult } from './work.ts';

/** How far an evaluation is, computed from its plan and its results alone. */
export interface Rounds {
  /** What each round runs; the last one may not have run yet. */
  readonly rounds: WorkItem[][];
  /** Items of the last round without a result. None, and `finished` false, cannot be. */
  readonly missing: WorkItem[];
  /** Everything has run that can decide the gate. */
  readonly finished: boolean;
  readonly suite: GateInput;
  /** The critical cases on each further target of the chain; absent where there are none. */
  readonly fallbacks?: GateInput;
}

/** One gate's part of a plan: the suite on both arms, or the critical cases on the further targets. */
interface Track {
  readonly units: Unit[];
  /** No pass rate is asked of the further targets, which run critical cases only. */
  readonly minPassRate: number;
  looksTaken: number;
}

/** What the gate knows as one case, with the repeats that each arm has been asked for. */
interface Unit {
  readonly gateId: string;
  readonly caseId: string;
  readonly target: number;
  readonly critical: boolean;
  readonly group?: string;
  readonly compared: boolean;
  /** A judge has a part in its verdict. */
  readonly judged: boolean;
  readonly asked: Record<'candidate' | 'stable', number>;
}

/** What is known of an evaluation's calls, by their keys. */
type Found = ReadonlyMap<string, WorkResult>;

/**
 * Follows an evaluation round by round: each asks for the repeats that the gate needs next, given the results of those
 * before. So a round is the same however often, and wherever, it is computed.
 */
export function followRounds(plan: EvalPlan, results: readonly WorkResult[]): Rounds {
  const found: Found = new Map(results.map((result) => [workKey(result), result]));
  const tracks = tracksOf(plan);
  const rounds: WorkItem[][] = [];
  const state = (missing: WorkItem[], finished: boolean): Rounds => {
    const [suite, fallbacks] = tracks.map((track) => gateInput(track, plan, found));
    if (suite === undefined) throw new TypeError('A plan has a suite.');
    return { rounds, missing, finished, suite, ...(fallbacks === undefined ? {} : { fallbacks }) };
  };
  for (;;) {
    const decides = tracks.flatMap((track) => advance(track, plan, found));
    if (decides.length === 0) return state([], true);
    const items = rounds.length === 0 ? [...decides, ...reportedItems(plan)] : decides;
    rounds.push(items);
    const missing = items.filter((item) => !found.has(workKey(item)));
    if (missing.length > 0) return state(missing, false);
  }
}

/** What is asked to be shown alone: once of each arm. */
function reportedItems({ reported = [], candidate, stable }: EvalPlan): WorkItem[] {
  return reported.flatMap(({ id: caseId, alone }) => {
    const ask = (revision: string): WorkItem => ({ caseId, revision, target: 0, repeat: 0 });
    return [ask(candidate), ...(stable === undefined || alone === true ? [] : [ask(stable)])];
  });
}

function tracksOf(plan: EvalPlan): Track[] {
  const units = plan.cases.map((each) =>
    unitOf(each, 0, plan.stable !== undefined && each.alone === undefined),
  );
  const further = Array.from({ length: plan.targets - 1 }, (_, i) => i + 1);
  const fallbacks = plan.cases
    .filter(({ critical }) => critical)
    .flatMap((each) => further.map((target) => unitOf(each, target, false)));
  const suite: Track = { units, minPassRate: plan.settings.minPassRate, looksTaken: 0 };
  return fallbacks.length === 0 ? [suite] : [suite, { units: fallbacks, minPassRate: 0, looksTaken: 0 }];
}

/** What the gate calls a case on a target of the chain, counted from 0. */
export function gateIdOf(caseId: string, target: number): string {
  return target === 0 ? caseId : `${caseId} on target ${target + 1}`;
}

function unitOf(
  { id, critical, group, judges }: EvalPlan['cases'][number],
  target: number,
  compared: boolean,
): Unit {
  const base = {
    gateId: gateIdOf(id, target),
    caseId: id,
    target,
    critical,
    compared,
    judged: judges !== undefined,
    asked: { candidate: 0, stable: 0 },
  };
  return group === undefined ? base : { ...base, group };
}

/** The work of a track's next round, which the track then counts as asked for. */
function advance(track: Track, plan: EvalPlan, found: Found): WorkItem[] {
  const batch = nextRepeats(gateInput(track, plan, found));
  if (batch === 'none') return [];
  track.looksTaken = batch.looksTaken;
  const ids = new Set(batch.caseIds);
  const units = track.units.filter(({ gateId }) => ids.has(gateId));
  // Repeat by repeat and the arms side by side, so that both meet the same conditions.
  return Array.from({ length: batch.repeats }).flatMap(() =>
    units.flatMap((unit) => batch.arms.flatMap((arm) => nextItem(unit, arm, plan))),
  );
}

function nextItem(unit: Unit, arm: 'candidate' | 'stable', plan: EvalPlan): WorkItem[] {
  const revision = arm === 'candidate' ? plan.candidate : plan.stable;
  if (revision === undefined || (arm === 'stable' && !unit.compared)) return [];
  return [{ caseId: unit.caseId, revision, target: unit.target, repeat: unit.asked[arm]++ }];
}

function gateInput(track: Track, plan: EvalPlan, found: Found): GateInput {
  const { margin, maxRepeats, critical } = plan.settings;
  return {
    cases: track.units.map((unit) => gateCase(unit, plan, found)),
    labels: plan.labels,
    minPassRate: track.minPassRate,
    margin,
    criticalPolicy: critical,
    looksTaken: track.looksTaken,
    maxRepeats,
  };
}

function gateCase(unit: Unit, plan: EvalPlan, found: Found): GateCase {
  const ran = (revision: string, asked: number): WorkResult[] =>
    Array.from({ length: asked }, (_, repeat) => workKey({ ...unit, revision, repeat }))
      .map((key) => found.get(key))
      .filter((result) => result !== undefined);
  const all = ran(plan.candidate, unit.asked.candidate);
  const allOfStable =
    plan.stable === undefined || !unit.compared ? undefined : ran(plan.stable, unit.asked.stable);
  const candidate = all.filter(isKnown);
  const stable = allOfStable?.filter(isKnown);
  const unknown = {
    candidate: all.length - candidate.length,
    stable: (allOfStable?.length ?? 0) - (stable?.length ?? 0),
  };
  return {
    id: unit.gateId,
    critical: unit.critical,
    candidate: scores(candidate),
    errors: candidate.filter(({ error }) => error !== undefined).length,
    ...(stable === undefined ? {} : { stable: scores(stable) }),
    ...(unit.group === undefined ? {} : { group: unit.group }),
    ...(unit.judged ? { judged: true as const } : {}),
    ...(unknown.candidate + unknown.stable === 0 ? {} : { unknown }),
  };
}

/** Errors have no score: the gate counts the candidate's as failures, and does not hold stable's against it. */
function scores(results: readonly WorkResult[]): number[] {
  return results
    .filter(({ error }) => error === undefined)
    .map(({ verdict }) => (verdict === 'passed' ? 1 : 0));
}
