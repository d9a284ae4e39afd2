import { chainHash } from '../audit/entry.ts';
import { isPastTheRules } from '../audit/past-the-rules.ts';
import { digestOf, revisionDigest } from '../revision/digest.ts';
import type { JsonObject } from '../json.ts';
import { demandedStagesOf } from './demanded-stages.ts';
import type { ChangeRecord, RecordEntry } from './record.ts';

/** What of a record does not fit together; empty where all of it does. Needs nothing but the record. */
export function recordFaults(record: ChangeRecord): string[] {
  return [
    ...contentFaults(record),
    ...approvalFaults(record),
    ...demandFaults(record),
    ...reviewFaults(record),
    ...orderFaults(record),
    ...record.audit.flatMap((entry) => entryFaults(entry)),
    ...outcomeFaults(record),
    ...headFaults(record),
  ];
}

function contentFaults({ revision, replaced, plan, release }: ChangeRecord): string[] {
  const { content = null } = revision;
  const { content: planned = null } = plan;
  const before = replaced?.content ?? null;
  const isReplaced = replaced === undefined || revisionDigest(before) === replaced.digest;
  return [
    ...(revisionDigest(content) === revision.digest ? [] : ['the revision is not what its digest says']),
    ...(isReplaced ? [] : ['what it replaced is not what its digest says']),
    ...(replaced === undefined || replaced.digest === release.stable
      ? []
      : ['what it replaced is not what was stable when it began']),
    ...(digestOf(planned) === plan.digest ? [] : ['the plan is not what its digest says']),
  ];
}

function approvalFaults({ release, revision, plan, approvals, audit }: ChangeRecord): string[] {
  return approvals.flatMap(({ stage, subject, actor, evidence, at, usedAt, expiresAt, ...bound }) => {
    const of = `the approval of ${stage} by ${actor}`;
    const isBound = bound.revision === revision.digest && bound.planDigest === plan.digest;
    const isRecorded = audit.some(
      (entry) =>
        entry.action === 'release.approved' &&
        entry.actor === actor &&
        entry.details['stage'] === stage &&
        entry.details['evidence'] === evidence,
    );
    const isInTime = usedAt === undefined || (usedAt >= at && usedAt <= expiresAt);
    return [
      ...(isBound ? [] : [`${of} is of another revision or plan`]),
      ...(release.authors.includes(subject) ? [`${of} is by an author`] : []),
      ...(isRecorded ? [] : [`${of} is not in the audit log`]),
      ...(isInTime ? [] : [`${of} was used outside of its time`]),
    ];
  });
}

/** Did every stage that had to be approved begin by as many people as its policy demanded? */
function demandFaults(record: ChangeRecord): string[] {
  const { stages, approvals } = record;
  const begun = new Set(
    stages.flatMap(({ stage, outcome }) => (['pass', 'override'].includes(outcome) ? [stage] : [])),
  );
  return demandedStagesOf(record).flatMap(({ stage, count }) => {
    const used = approvals.filter((each) => each.stage === stage && each.usedAt !== undefined);
    const people = new Set(used.map(({ subject }) => subject)).size;
    if (!begun.has(stage) || people >= count) return [];
    return [`${stage} began with ${people} of ${count} approvals`];
  });
}

function reviewFaults({ release, audit, reviews, isCut = false }: ChangeRecord): string[] {
  const unseen = audit.filter(
    ({ id, xact, ...entry }) =>
      // What is older than seals is older than reviews.
      xact !== undefined &&
      entry.releaseId === release.id &&
      isPastTheRules({ ...entry, details: entry.details as JsonObject }) &&
      !reviews.some((review) => review.entry === id),
  );
  const unsigned = reviews.filter(
    ({ id, signedBy }) =>
      signedBy !== undefined &&
      !audit.some(
        ({ action, actor, details }) =>
          action === 'review.signed' && actor === signedBy && details['review'] === id,
      ),
  );
  return [
    ...unseen.map(({ action, actor }) => `${action} by ${actor} was past the rules, and has no review`),
    ...(isCut ? [] : unsigned.map(({ id }) => `the audit log does not say that review ${id} was signed off`)),
    ...reviews.flatMap(({ id, actor, signedBy }) =>
      actor === signedBy ? [`review ${id} was signed off by who did it`] : [],
    ),
  ];
}

function orderFaults({ release, audit }: ChangeRecord): string[] {
  const positions = audit.flatMap(({ position }) => position ?? []);
  const isRising = positions.every((position, i) => i === 0 || position > (positions[i - 1] ?? 0));
  const isBegun = audit.some(({ action, actor }) => action === 'release.created' && actor === release.actor);
  return [
    ...(isRising ? [] : ['the entries of the audit log are not in their order']),
    ...(isBegun ? [] : ['the audit log does not say that it was asked for']),
  ];
}

function entryFaults({ position, hash, previous, details, ...entry }: RecordEntry): string[] {
  if (position === undefined || hash === undefined || previous === undefined) return [];
  const hashed = { ...entry, details: details as JsonObject };
  if (chainHash(hashed, position, previous) === hash) return [];
  return [`entry ${position} of the audit log is not what its hash says`];
}

function outcomeFaults({ version, release, revision, plan, audit }: ChangeRecord): string[] {
  if (version === 1) return [];
  const { state, closedAt } = release;
  const isEnded = closedAt === undefined || audit.some(({ action }) => action === `release.${state}`);
  const begun = audit.find(({ action }) => action === 'release.created')?.details ?? {};
  const isOfThis = begun['revision'] === revision.digest && begun['planDigest'] === plan.digest;
  return [
    ...(isEnded ? [] : [`the audit log does not say that it ended as ${state}`]),
    ...(isOfThis ? [] : ['it was asked for with another revision or plan']),
  ];
}

function headFaults({ version, head, audit }: ChangeRecord): string[] {
  if (version === 1) return [];
  if (head === undefined) return ['the end of the audit log is missing'];
  return audit.flatMap(({ position = 0, hash, previous }, i) => {
    const before = audit[i - 1];
    const follows = before?.position !== position - 1 || before.hash === previous;
    const fits = position < head.number || (position === head.number && hash === head.hash);
    return [
      ...(position > 0 && (hash === undefined || previous === undefined)
        ? [`entry ${position} of the audit log has no hash`]
        : []),
      ...(position === 0 || follows ? [] : [`entry ${position} does not follow the one before it`]),
      ...(position === 0 || fits ? [] : [`entry ${position} does not fit the end of the audit log`]),
    ];
  });
}
