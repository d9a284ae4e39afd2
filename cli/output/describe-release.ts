import type { Release, ReleaseDetail } from '../../api/schemas/releases.ts';
import { z } from 'zod';
import { oddsAgainst } from '../../domain/guardrail/odds.ts';
import { oneLine } from '../../domain/text/one-line.ts';
import { policyName } from '../../domain/policy/in-force.ts';
import { followsLine } from './describe-follows.ts';
import { closedGuardLines, guardLine } from './describe-guard.ts';
import { readinessLine } from './describe-readiness.ts';
import { segmentSchema, segmentText } from './segment-text.ts';
import { atShare } from './text/share-text.ts';
import { endedText, type Paint } from './style.ts';

const outcomeGlyphs: Record<ReleaseDetail['stages'][number]['outcome'], string> = {
  pass: '✔',
  fail: '✖',
  inconclusive: '?',
  skipped: '–',
  error: '!',
  override: '»',
};

function seconds(fromIso: string, toIso: string): string {
  return `${((Date.parse(toIso) - Date.parse(fromIso)) / 1000).toFixed(1)} s`;
}

/** One line that says where a release stands. */
export function releaseLine(release: Release, paint: Paint): string {
  const stage = release.stage === undefined ? '' : ` · ${release.stage}${atShare(release)}`;
  const reason = release.reason === undefined ? '' : ` · ${oneLine(release.reason)}`;
  const health = healthWord(release, paint);
  return `${endedText(release, paint)} ${release.app} ${paint('bold', release.label)}${stage}${health}${reason}`;
}

/** What is not as the state and the weight say, in short. */
function healthWord({ health }: Release, paint: Paint): string {
  if (health === undefined || health.condition === 'well') return '';
  const { set, served } = health.audience ?? health.weight;
  const differs = served === set ? '' : served === null ? ', not served everywhere' : `, ${served} % served`;
  return ` · ${paint('yellow', `! ${health.condition}${differs}`)}`;
}

/** Why a release is not well, and what holds of it now. */
function healthLines({ health, weight, audience }: Release): string[] {
  if (health === undefined) return [];
  const { lookAgeMs, leaseLeftMs, waitingFor, waitingUntil, workflow, gateways, clients } = health;
  const isServed = weight > 0 || audience !== undefined;
  const facts = [
    ...(lookAgeMs === undefined ? [] : [`last check ${wholeSeconds(lookAgeMs)} ago`]),
    ...(!isServed || leaseLeftMs === undefined ? [] : [`lease ${wholeSeconds(leaseLeftMs)} left`]),
    ...(isServed ? [servedText(health)] : []),
    `${gateways.live} live gateway${gateways.live === 1 ? '' : 's'}`,
    ...(clients === undefined ? [] : [`${clients} live client${clients === 1 ? '' : 's'}`]),
    ...(workflow?.pollers === undefined
      ? []
      : [`${workflow.pollers} worker${workflow.pollers === 1 ? '' : 's'}`]),
  ];
  const until = waitingUntil === undefined ? '' : `, until ${waitingUntil} at most`;
  return [
    ...health.says.map((sentence) => `  ! ${oneLine(sentence)}`),
    `  ${health.condition}: ${facts.join(' · ')}`,
    ...(waitingFor === undefined ? [] : [`  waits for ${oneLine(waitingFor)}${until}`]),
  ];
}

function servedText({ weight, audience }: NonNullable<Release['health']>): string {
  const { set, served } = audience ?? weight;
  const now = served === null ? 'not served everywhere' : `${served} % served`;
  return `${set} %${audience === undefined ? '' : ' of the audience'} set, ${now}`;
}

function wholeSeconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

const callersSchema = z.object({
  reported: z.number(),
  retries: z.number(),
  left: z.number(),
  faults: z.number(),
});

/** What a look leaves with the release; other stages leave nothing. */
const lookSchema = z.object({
  look: z.int(),
  hold: z.object({ elapsedMs: z.number(), totalMs: z.number() }),
  exposures: z.object({ candidate: z.int(), stable: z.int() }),
  callers: z.object({ candidate: callersSchema, stable: callersSchema }).optional(),
  guardrails: z.array(
    z.object({
      name: z.string(),
      evidence: z.number(),
      threshold: z.number(),
      actsAt: z.number().optional(),
      values: z.object({ candidate: z.string(), stable: z.string() }).optional(),
      segment: segmentSchema.optional(),
      note: z.string().optional(),
    }),
  ),
});

/** What the newest look saw; undefined where the stage had none yet. */
export function lookOf({ progress }: Release): z.infer<typeof lookSchema> | undefined {
  return lookSchema.safeParse(progress).data;
}

/** What the newest look saw: how long is held, how many requests count, and how far each guardrail is from failing. */
export function progressLine(release: Release): string | undefined {
  const seen = lookOf(release);
  if (seen === undefined) return undefined;
  const { look, hold, exposures, guardrails } = seen;
  const held = `${(hold.elapsedMs / 1000).toFixed(0)} of ${(hold.totalMs / 1000).toFixed(0)} s held`;
  const counted = `${exposures.candidate} candidate and ${exposures.stable} stable requests`;
  const evidence = guardrails.map(
    ({ name, evidence: found, threshold, actsAt = threshold, values, segment, note }) =>
      `${name} ${values === undefined ? '' : `${values.candidate} against ${values.stable}, `}${oddsAgainst(found, actsAt)}` +
      (segment === undefined ? '' : segmentText(segment)) +
      (note === undefined ? '' : ` (${note})`),
  );
  return [`check ${look}`, held, counted, ...evidence, ...callersLine(seen.callers)].join(' · ');
}

/** What is known by the callers' word alone, where it is a hundredth or more: candidate's share/stable's. */
function callersLine(callers: z.infer<typeof lookSchema>['callers']): string[] {
  if (callers === undefined) return [];
  const { candidate, stable } = callers;
  const names = {
    reported: 'reported',
    retries: 'marked retries',
    left: 'left unanswered',
    faults: 'caller faults',
  };
  return (Object.keys(names) as (keyof typeof names)[])
    .filter((kind) => Math.max(candidate[kind], stable[kind]) >= 0.01)
    .map(
      (kind) => `${names[kind]} ${(100 * candidate[kind]).toFixed(0)}/${(100 * stable[kind]).toFixed(0)} %`,
    );
}

/** By which policy it goes, and what was left out though that demands it. */
function policyLines({ policy }: Release): string[] {
  if (policy === undefined) return [];
  const skips = policy.skips.map(
    ({ gate, reason }) =>
      `  ! ${gate} skipped by the role ${policy.role}: ${oneLine(reason ?? 'no reason given')}`,
  );
  return [`  ${policyName(policy)} (${policy.digest.slice(0, 12)}…)`, ...skips];
}

/** What an approval is asked for, what it binds, and who has given one. */
function approvalLines({ approval }: ReleaseDetail): string[] {
  if (approval === undefined) return [];
  const { stage, needed, given, evidence, role, authors } = approval;
  return [
    `  ○ approval of ${stage}: ${given.length} of ${needed}, by the role ${role} or above, not by ${authors.join(', ') || 'its author'}`,
    `    on evidence ${evidence.slice(0, 12)}… (revision ${approval.revision.slice(0, 12)}…, plan ${approval.planDigest.slice(0, 8)}…)`,
    ...given.map(({ actor, subject, expiresAt }) => `    ✔ ${actor} (${subject}), good until ${expiresAt}`),
  ];
}

/** What was done past its rules, and still has to be looked at. */
function reviewLines({ openReviews = 0 }: ReleaseDetail): string[] {
  if (openReviews === 0) return [];
  return [`  ! ${openReviews} done past the rules and not signed off yet: sluice review list`];
}

/** How far live answers are scored: coverage, and how much later than they were given. */
function scoreLines({ liveScores = [] }: ReleaseDetail): string[] {
  return liveScores.map(({ guardrail, scored, missing, waiting, lagMs, stopped }) => {
    const late = waiting === 0 ? '' : `, ${waiting} wait since ${wholeSeconds(lagMs)}`;
    const lost = missing === 0 ? '' : `, ${missing} without a score`;
    const why = stopped === undefined ? '' : `; stopped: ${oneLine(stopped)}`;
    return `  ${guardrail}: ${scored} live answers scored${lost}${late}${why}`;
  });
}

/** A release with its stages, as a block of lines. */
export function releaseBlock(release: ReleaseDetail, paint: Paint): string {
  const stages = release.stages.map(
    ({ stage, outcome, summary, startedAt, endedAt }) =>
      `  ${outcomeGlyphs[outcome]} ${stage}: ${outcome}, ${seconds(startedAt, endedAt)} – ${oneLine(summary)}`,
  );
  const progress = progressLine(release);
  const decided = release.decidedBy === undefined ? '' : ` · ended by ${release.decidedBy}`;
  return [
    releaseLine(release, paint),
    `  ${release.id} · plan ${release.planName} · started by ${release.actor} at ${release.createdAt}${decided}`,
    ...healthLines(release),
    ...policyLines(release),
    ...stages,
    ...scoreLines(release),
    ...approvalLines(release),
    ...reviewLines(release),
    ...(release.others ?? []).map((other) => `  ${followsLine(other)}`),
    ...(release.guard === undefined ? [] : [`  ${guardLine(release.guard)}`]),
    ...closedGuardLines(release.closedGuard).map((line) => `  ${line}`),
    ...(release.rollback === undefined ? [] : [`  ${readinessLine(release.rollback)}`]),
    ...(progress === undefined || release.closedAt !== undefined ? [] : [`  … ${progress}`]),
  ].join('\n');
}
