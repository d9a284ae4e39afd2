import type { StageRow } from '../../../config-store/releases/release-row.ts';
import type { BoardRow } from '../../../config-store/dashboard/board-row.ts';
import type { Health } from '../../../domain/release/health.ts';
import { courseOf } from '../../../activities/looks/judging/course.ts';
import { percentWords } from '../../../domain/explanation/words.ts';
import { gatesOf, type Step } from '../../../domain/release/course.ts';
import { isOpen } from '../../../domain/release/release.ts';
import type { RailStage } from '../../schemas/dashboard/release-view.ts';
import { progressOf, type ShownProgress } from '../progress-of.ts';

interface Railed {
  readonly row: BoardRow;
  readonly health: Health | undefined;
  readonly stages: readonly StageRow[];
  readonly nowMs: number;
}

type Outcome = StageRow['outcome'];
const states: Readonly<Record<Outcome, RailStage['state']>> = {
  pass: 'passed',
  fail: 'failed',
  inconclusive: 'inconclusive',
  skipped: 'skipped',
  error: 'error',
  override: 'overridden',
};

const gateTitles: Readonly<Record<string, string>> = { evaluate: 'Evaluation', mirror: 'Mirror' };

/** The stages of a release in their order: what came of each, where it is, and what is to come. */
export function railOf(of: Railed): RailStage[] {
  const { row, stages } = of;
  const course = courseOf(row.plan);
  const hasCompared =
    row.stage === course.compare.stage || stages.some(({ stage }) => stage === course.compare.stage);
  const steps = hasCompared ? [...course.steps, course.compare] : course.steps;
  const gates = gatesOf(course).map((stage) => railStage({ stage, title: gateTitles[stage] ?? stage }, of));
  return [...gates, ...steps.map((step) => railStage({ stage: step.stage, title: titleOf(step), step }, of))];
}

function titleOf({ stage, weight, share }: Step): string {
  if (share !== undefined) return `${percentWords(share)} of its audience`;
  return stage === 'compare' ? `Comparison at ${percentWords(weight)}` : percentWords(weight);
}

function railStage(
  { stage, title, step }: { readonly stage: string; readonly title: string; readonly step?: Step },
  of: Railed,
): RailStage {
  const { row, health, stages } = of;
  const ended = stages.findLast((each) => each.stage === stage);
  const isHere = row.stage === stage && (ended === undefined || ended.outcome === 'error');
  const shared = { stage, title, ...(step === undefined ? {} : { weight: step.weight }) };
  if (isHere && isOpen(row.state)) return { ...shared, ...presentOf(step, of, health) };
  if (ended === undefined) return { ...shared, state: isHere ? 'stopped' : 'to come' };
  const { outcome, startedAt, endedAt, summary } = ended;
  return { ...shared, state: states[outcome], startedAt, endedAt, summary };
}

function presentOf(
  step: Step | undefined,
  { row, stages, nowMs }: Railed,
  health: Health | undefined,
): Omit<RailStage, 'stage' | 'title'> {
  const { waitingFor, waitingUntil } = health ?? {};
  const startedAt = stages.at(-1)?.endedAt ?? row.createdAt;
  const waits = {
    ...(waitingFor === undefined ? {} : { waitsFor: waitingFor }),
    ...(waitingUntil === undefined ? {} : { waitsUntil: waitingUntil }),
  };
  const state = waitingFor === undefined ? 'running' : 'waiting';
  if (step === undefined) return { state, startedAt, ...waits };
  const progress = progressOf(row.progress);
  const { hold, exposures } = progress;
  return {
    ...{ state, startedAt, ...waits },
    ...(hold === undefined ? {} : { hold: { heldMs: hold.elapsedMs, ofMs: hold.totalMs } }),
    ...(exposures === undefined ? {} : { requests: { ...exposures, needed: step.minExposures } }),
    ...(waitingFor === undefined ? decidesAtOf(progress, step, nowMs) : {}),
  };
}

/** When its hold is over and, as fast as they have come so far, its requests are there. */
function decidesAtOf(
  { hold, exposures }: ShownProgress,
  { minExposures }: Step,
  nowMs: number,
): Pick<RailStage, 'decidesAt'> {
  if (hold === undefined || exposures === undefined || hold.elapsedMs === 0) return {};
  const lacking = Math.max(0, minExposures - exposures.candidate);
  if (lacking > 0 && exposures.candidate === 0) return {};
  const requestsMs = lacking === 0 ? 0 : (lacking * hold.elapsedMs) / exposures.candidate;
  const leftMs = Math.max(hold.totalMs - hold.elapsedMs, requestsMs);
  return { decidesAt: new Date(nowMs + leftMs).toISOString() };
}
