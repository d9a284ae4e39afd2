import type { BoardRow } from '../../config-store/dashboard/board-row.ts';
import type { OpenReleaseHealth } from '../../config-store/releases/read-health.ts';
import { courseOf } from '../../activities/looks/judging/course.ts';
import { stateWord } from '../../domain/explanation/words.ts';
import { isWatched, statusSentence, type FoundGuardrail } from '../../domain/explanation/status-sentence.ts';
import { subjectOf } from '../../domain/guardrail/registry.ts';
import type { ApiCaller } from '../auth/authenticate.ts';
import type { ReleaseLine, Tone } from '../schemas/dashboard/releases.ts';
import type { ReleaseFacts } from './facts.ts';
import { needsOf } from './needs-of.ts';
import { progressOf } from './progress-of.ts';

/** A release as a line of a list, for whoever asks. */
export function rowOf({ row, health }: ReleaseFacts, asker: ApiCaller): ReleaseLine {
  const { id, app, environment, label, stableLabel, state, stage, createdAt, updatedAt, closedAt } = row;
  const needs = needsOf(row, health, asker);
  const step = stepOf(row);
  const { weight, audience } = health ?? { weight: { set: 0, served: 0 } };
  return {
    ...{ id, app, environment, label, state, word: stateWord(row), tone: toneOf(row, health) },
    ...(stableLabel === undefined ? {} : { stableLabel }),
    sentence: sentenceOf(row, health),
    ...(health === undefined ? {} : { condition: health.condition }),
    ...(stage === undefined ? {} : { stage }),
    ...(step === undefined ? {} : { step: { number: step.number, of: step.of } }),
    ...{ weight, createdAt, updatedAt, ageMs: row.ageMs },
    ...(audience === undefined ? {} : { audience }),
    ...(closedAt === undefined ? {} : { closedAt }),
    ...(health === undefined ? {} : { liveAgeMs: liveAgeOf(row, health) }),
    ...{ needs, needsYou: needs.some(({ you }) => you) },
  };
}

/** The sentence about it: of everything but who asks. */
function sentenceOf(row: BoardRow, health: OpenReleaseHealth | undefined): string {
  const { hold, exposures, guardrails } = progressOf(row.progress);
  const step = stepOf(row);
  const worst = guardrails
    .filter(({ dryRun }) => dryRun !== true)
    .map((each): FoundGuardrail => {
      const { name, kind, evidence, threshold, actsAt = threshold } = each;
      return { subject: subjectOf({ name, kind }), evidence, actsAt };
    })
    .reduce<FoundGuardrail | undefined>(worseOf, undefined);
  const { decidedBy } = row;
  return statusSentence({
    ...{ state: row.state, served: row.served, decidedBy, label: row.label, environment: row.environment },
    ...{ stage: row.stage, reason: row.reason, step, weight: health?.weight ?? { set: 0, served: 0 } },
    audience: health?.audience,
    ...{ unwell: unwellOf(row, health), waitingFor: health?.waitingFor, waitingUntil: health?.waitingUntil },
    ...(step === undefined ? {} : { hold }),
    ...(step === undefined || exposures === undefined
      ? {}
      : { requests: { candidate: exposures.candidate, needed: step.minExposures } }),
    worst,
  });
}

/** A pause is told with the name of who paused, and not twice. */
function unwellOf({ reason, state }: BoardRow, health: OpenReleaseHealth | undefined): readonly string[] {
  if (health === undefined) return [];
  if (state === 'paused' && reason !== undefined) return [reason];
  return health.says;
}

function worseOf(a: FoundGuardrail | undefined, b: FoundGuardrail): FoundGuardrail {
  return a === undefined || b.evidence - b.actsAt > a.evidence - a.actsAt ? b : a;
}

/** The step of the plan that a release is in; undefined before the first. */
export function stepOf({
  plan,
  stage,
}: Pick<BoardRow, 'plan' | 'stage'>):
  { readonly number: number; readonly of: number; readonly minExposures: number } | undefined {
  const { steps, compare } = courseOf(plan);
  if (stage === compare.stage) return { number: steps.length, of: steps.length, ...compare };
  const index = steps.findIndex((each) => each.stage === stage);
  const step = steps[index];
  return step && { number: index + 1, of: steps.length, minExposures: step.minExposures };
}

function toneOf(row: BoardRow, health: OpenReleaseHealth | undefined): Tone {
  switch (row.state) {
    case 'promoted':
      return 'good';
    case 'rolled_back':
    case 'blocked':
    case 'failed':
    case 'rolling_back':
      return 'bad';
    case 'inconclusive':
    case 'paused':
      return 'attention';
    case 'aborted':
    case 'superseded':
      return 'over';
    case 'starting':
    case 'progressing':
      return health?.condition === 'well' && !isWatchedNow(row) ? 'running' : 'attention';
  }
}

function isWatchedNow({ progress }: BoardRow): boolean {
  const { guardrails } = progressOf(progress);
  return guardrails.some(
    ({ dryRun, evidence, threshold, actsAt = threshold }) =>
      dryRun !== true && isWatched({ evidence, actsAt }),
  );
}

/**
 * How old what is known of an open release is: while it serves somebody, its newest valid check; before, what its workflow was
 * last seen to do. A change that somebody made is as good as either.
 */
function liveAgeOf(
  { updatedAgeMs }: BoardRow,
  { weight, audience, lookAgeMs, workflow }: OpenReleaseHealth,
): number {
  const seen = weight.set > 0 || audience !== undefined ? lookAgeMs : workflow?.seenAgeMs;
  return Math.max(0, Math.min(updatedAgeMs, seen ?? Infinity));
}
