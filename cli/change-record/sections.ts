import { demandedStagesOf } from '../../domain/change-record/demanded-stages.ts';
import type { ChangeRecord } from '../../domain/change-record/record.ts';
import { oddsText } from '../../domain/guardrail/odds.ts';
import { changesBetween } from './changes.ts';
import { facts, lines, shownDocument, table } from './html.ts';

/** A heading, and what stands below it as HTML. */
type Section = readonly [name: string, html: string];

/** What an auditor asks, in that order. */
export function sectionsOf(record: ChangeRecord): Section[] {
  return [
    ['What', whatOf(record)],
    ['What is different', differencesOf(record)],
    ['Why, and where it comes from', facts(Object.entries(record.release.provenance))],
    ['Who', whoOf(record)],
    ['Evidence', evidenceOf(record)],
    ['What was measured last in each stage', figuresOf(record)],
    ['Approvals', approvalsOf(record)],
    ['Done past the rules', reviewsOf(record)],
    ['Timeline', timelineOf(record)],
    ['The revision', shownDocument(record.revision.content)],
    [
      'Plan, suites and policy',
      shownDocument({ plan: record.plan.content, suites: record.suites, policy: record.policy }),
    ],
  ];
}

function whatOf({ release, revision, replaced, plan, suites = [] }: ChangeRecord): string {
  return facts([
    ['Release', release.id],
    ['App', release.app],
    ['Environment', release.environment],
    ['Revision', revision.label],
    ['Its digest', revision.digest],
    ['In place of', replaced?.label],
    ['Digest of that', release.stable],
    ['Plan', plan.name],
    ['Its digest', plan.digest],
    ['Suites', suites.map(({ name, digest }) => `${name} ${digest}`).join('\n')],
    ['From', release.createdAt],
    ['Until', release.closedAt ?? 'open'],
  ]);
}

function differencesOf({ revision, replaced }: ChangeRecord): string {
  if (replaced === undefined) return '<p>It is not known what it took the place of.</p>';
  const rows = changesBetween(replaced.content, revision.content).map(({ path, from, to }) => [
    ...[path, from ?? 'nothing', to ?? 'nothing'],
  ]);
  return table(['Where', 'Before', 'With this change'], rows);
}

function whoOf({ release, approvals, reviews }: ChangeRecord): string {
  const signers = reviews.flatMap(({ signedBy }) => signedBy ?? []);
  return facts([
    ['Asked for by', release.actor],
    ['Authors', release.authors.join(', ')],
    ['Approved by', [...new Set(approvals.map(({ subject }) => subject))].join(', ') || 'nobody'],
    ['Ended by', release.decidedBy ?? 'nobody yet'],
    ['Went past the rules', [...new Set(reviews.map(({ actor }) => actor))].join(', ') || 'nobody'],
    ['Signed that off', [...new Set(signers)].join(', ')],
  ]);
}

function evidenceOf({ stages }: ChangeRecord): string {
  return table(
    ['Stage', 'Outcome', 'What was found', 'Looks', 'Digest of the evidence', 'From', 'Until'],
    stages.map(({ stage, outcome, summary, override, looks, evidenceDigest, startedAt, endedAt }) => [
      ...[stage, outcome, override === undefined ? summary : `${summary}\n${lines(override)}`],
      ...[looks, evidenceDigest, startedAt, endedAt],
    ]),
  );
}

const percent = (rate: number | null | undefined): string =>
  rate === null || rate === undefined ? 'not known' : `${Number((rate * 100).toFixed(3))} %`;

/** Evidence as odds; records of before have its logarithm, and are compared with what they looked like. */
function figuresOf({ version, stages }: ChangeRecord): string {
  const isLog = version < 3;
  const number = (log: number | null | undefined): string | undefined =>
    log === null || log === undefined ? undefined : isLog ? log.toFixed(3) : oddsText(log);
  const rows = stages.flatMap(({ stage, figures = [] }) =>
    figures.flatMap((figure) => {
      const { name, candidateRate, stableRate, values, evidence, threshold, actsAt, segment, note } = figure;
      const row = [
        ...[stage, name, values?.candidate ?? percent(candidateRate), values?.stable ?? percent(stableRate)],
        ...[number(evidence), number(isLog ? threshold : (actsAt ?? threshold)), note],
      ];
      if (segment === undefined) return [row];
      const worst = [
        ...[stage, `${name} in ${segment.name}`],
        segment.values?.candidate ?? percent(segment.candidateRate),
        segment.values?.stable ?? percent(segment.stableRate),
        ...[number(segment.evidence), number(segment.actsAt), 'the worst of its segments'],
      ];
      return [row, worst];
    }),
  );
  const evidence = isLog
    ? ['Evidence against it', 'Would fail from']
    : ['Odds against "no worse"', 'Acts at'];
  return table(['Stage', 'Guardrail', 'Candidate', 'Stable', ...evidence, 'Note'], rows);
}

function approvalsOf(record: ChangeRecord): string {
  const demanded = demandedStagesOf(record).map(({ stage, count }) => `${stage}: ${count}`);
  const asked = facts([['Demanded before', demanded.join(', ') || 'no stage']]);
  const given = table(
    ['Stage', 'By', 'Subject', 'Why', 'When', 'On evidence'],
    record.approvals.map(({ stage, actor, subject, reason, at, expiresAt, usedAt, evidence }) => [
      ...[stage, actor, subject, reason],
      `given ${at}\nvalid until ${expiresAt}\n${usedAt === undefined ? 'not used' : `the stage began by it ${usedAt}`}`,
      evidence,
    ]),
  );
  return `${asked}\n${given}`;
}

function reviewsOf({ reviews }: ChangeRecord): string {
  return table(
    ['No.', 'Kind', 'By', 'Why', 'At', 'Looked at by', 'Note'],
    reviews.map((each) => [
      ...[each.id, each.kind, each.actor, each.reason, each.openedAt],
      each.signedBy === undefined ? 'needs review' : `${each.signedBy}\n${each.signedAt ?? ''}`,
      each.note,
    ]),
  );
}

function timelineOf({ audit }: ChangeRecord): string {
  return table(
    ['No.', 'At', 'Who', 'What', 'Details', 'Hash'],
    audit.map(({ position, at, actor, action, details, hash }) => [
      ...[position ?? 'not chained yet', at, actor, action],
      ...[lines(details), hash?.slice(0, 16)],
    ]),
  );
}
