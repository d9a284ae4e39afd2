import { defineSearchAttributeKey, type SearchAttributeUpdatePair } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { GuardrailStatus } from '../../activities/looks/contract.ts';
import type { ReleaseOutcome } from '../../activities/release/contract.ts';
import { statusSentence } from '../../domain/explanation/status-sentence.ts';
import { whoOf } from '../../domain/explanation/words.ts';
import { oddsAgainst } from '../../domain/guardrail/odds.ts';
import { isServed, shareText } from '../../domain/release/progress.ts';
import { oneLine } from '../../domain/text/one-line.ts';
import { searchAttributes } from '../messages.ts';
import type { ReleaseStatus } from './release-status.ts';
import type { ReleaseRun } from './release-run.ts';
import { statusOf } from './status-of.ts';

const keys = {
  app: defineSearchAttributeKey(searchAttributes.app, 'KEYWORD'),
  release: defineSearchAttributeKey(searchAttributes.release, 'KEYWORD'),
  stage: defineSearchAttributeKey(searchAttributes.stage, 'KEYWORD'),
  weight: defineSearchAttributeKey(searchAttributes.weight, 'DOUBLE'),
  outcome: defineSearchAttributeKey(searchAttributes.outcome, 'KEYWORD'),
};

/** Brings the Temporal UI up to date: the current details cost no event. */
export function show(run: ReleaseRun, end?: ReleaseOutcome): void {
  setCurrentDetails(detailsOf(statusNow(run, end)));
}

export function statusNow(run: ReleaseRun, end?: ReleaseOutcome): ReleaseStatus {
  return statusOf(run, { ...(end ?? run.end), withdrawing: run.aborted !== undefined });
}

/** Where a release is, for lists in the Temporal UI: one event each time, so only at stages, writes and ends. */
export function publish(run: ReleaseRun, end?: ReleaseOutcome): void {
  const { opened } = run;
  const { stage, weight } = run.progress;
  show(run, end);
  if (!opened.searchAttributes) return;
  const pairs: SearchAttributeUpdatePair[] = [
    { key: keys.app, value: opened.app },
    { key: keys.release, value: opened.releaseId },
    { key: keys.stage, value: stage },
    { key: keys.weight, value: weight },
  ];
  if (end !== undefined) pairs.push({ key: keys.outcome, value: end.outcome });
  upsertSearchAttributes(pairs);
}

/** Markdown of lists only: the Temporal UI renders no tables. */
export function detailsOf(status: ReleaseStatus): string {
  const { hold } = status;
  return [
    `**${status.revision}** of ${status.app}: ${status.outcome ?? status.state}`,
    ...sentenceLines(status),
    // Without it the list goes on with the line before, and does not render.
    '',
    `- stage: ${status.stage}, candidate at ${shareText(status)}`,
    ...(status.reason === undefined ? [] : [`- reason: ${oneLine(status.reason)}`]),
    ...(hold === undefined
      ? []
      : [`- held ${seconds(hold.elapsedMs)} of ${seconds(hold.totalMs)}, ${status.looks} checks`]),
    ...(status.pause === undefined ? [] : pauseLines(status.releaseId, status.pause)),
    ...(status.waitingFor === undefined
      ? []
      : [`- waits for: ${oneLine(status.waitingFor)}${untilText(status)}`]),
    ...measuredLines(status),
    ...status.guardrails.map(
      ({ name, evidence, threshold, actsAt = threshold, candidateRate, stableRate, values, segment, note }) =>
        `- ${name}: candidate ${values?.candidate ?? percent(candidateRate)}, stable ${values?.stable ?? percent(stableRate)}; ${oddsAgainst(evidence, actsAt)}${segment === undefined ? '' : segmentText(segment)}${note === undefined ? '' : `; ${note}`}`,
    ),
  ].join('\n');
}

/** Of an open release what its list in the dashboard says of it. */
function sentenceLines(status: ReleaseStatus): string[] {
  const { outcome, state, revision: label, stage, reason, weight, measured, pause, guardrails } = status;
  if (outcome !== undefined) return [];
  const found = guardrails
    .filter(({ dryRun }) => dryRun !== true)
    .map(({ name: subject, evidence, threshold, actsAt = threshold }) => ({ subject, evidence, actsAt }))
    .sort((a, b) => b.evidence - b.actsAt - (a.evidence - a.actsAt));
  const why = pause?.reason === undefined ? '' : `: ${pause.reason}`;
  const isHeard = measured?.served !== false;
  const first = weight === 0 ? status.audienceShare : undefined;
  const sentence = statusSentence({
    ...{ state, label, stage, reason, served: isServed(status), worst: found[0], hold: status.hold },
    weight: { set: weight, served: isHeard ? weight : null },
    ...(first === undefined ? {} : { audience: { set: first, served: isHeard ? first : null } }),
    unwell: pause === undefined ? [] : [`paused by ${whoOf(pause.by)}${why}`],
    ...{ waitingFor: status.waitingFor, waitingUntil: status.waitingUntil },
  });
  return ['', oneLine(sentence)];
}

function segmentText({
  name,
  evidence,
  actsAt,
  candidateRate,
  stableRate,
  values = { candidate: percent(candidateRate), stable: percent(stableRate) },
}: NonNullable<GuardrailStatus['segment']>): string {
  const rates = `candidate ${values.candidate}, stable ${values.stable}`;
  return `; worst in ${oneLine(name)}: ${rates}; ${oddsAgainst(evidence, actsAt)}`;
}

function measuredLines({ measured, health }: ReleaseStatus): string[] {
  if (measured === undefined || health === undefined) return [];
  const { heardAt, leaseUntil, served } = measured;
  const heard =
    heardAt === undefined || leaseUntil === undefined
      ? 'no valid check yet'
      : `a valid check known at ${heardAt}, with a lease until ${leaseUntil} at least`;
  const by = served ? 'every gateway has taken the step' : 'not every gateway has taken the step';
  return [`- ${heard}; ${by}; what holds now: \`${health}\``];
}

function pauseLines(releaseId: string, { by, reason, until }: NonNullable<ReleaseStatus['pause']>): string[] {
  const who = by === undefined ? '' : ` by ${by}`;
  const why = reason === undefined ? '' : `: ${oneLine(reason)}`;
  return [
    `- paused${who}${why}`,
    `- it is rolled back at ${until} if nobody decides: \`sluice release resume ${releaseId}\`, \`promote\` or \`abort\``,
  ];
}

function untilText({ waitingUntil }: ReleaseStatus): string {
  return waitingUntil === undefined ? '' : `, until ${waitingUntil} at most`;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

function percent(rate: number | null): string {
  return rate === null ? 'no requests' : `${(rate * 100).toFixed(2)} %`;
}
