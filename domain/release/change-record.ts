import { z } from 'zod';
import { digestOf, revisionDigest } from '../revision/digest.ts';

const text = z.string();
const anything = z.record(z.string(), z.unknown());

/** All that is known of one change: what, why, on what evidence, by whom, when, and how it ended. */
export const changeRecordSchema = z
  .object({
    version: z.literal(1),
    madeAt: text,
    release: z.object({
      id: text,
      app: text,
      environment: text,
      state: text,
      reason: text.optional(),
      actor: text,
      authors: z.array(text),
      decidedBy: text.optional(),
      createdAt: text,
      closedAt: text.optional(),
      stable: text.optional(),
      provenance: anything,
    }),
    revision: z.object({ digest: text, label: text, content: z.unknown() }),
    plan: z.object({ name: text, digest: text, content: z.unknown() }),
    policy: anything.optional(),
    stages: z.array(
      z.object({
        stage: text,
        outcome: text,
        summary: text,
        evidenceDigest: text.optional(),
        startedAt: text,
        endedAt: text,
      }),
    ),
    approvals: z.array(
      z.object({
        stage: text,
        revision: text,
        planDigest: text,
        evidence: text,
        actor: text,
        subject: text,
        reason: text.optional(),
        at: text,
        expiresAt: text,
        usedAt: text.optional(),
      }),
    ),
    reviews: z.array(
      z.object({
        id: z.int(),
        kind: text,
        actor: text,
        openedAt: text,
        signedAt: text.optional(),
        signedBy: text.optional(),
        note: text.optional(),
      }),
    ),
    audit: z.array(
      z.object({
        id: z.int(),
        at: text,
        actor: text,
        action: text,
        details: anything,
        position: z.int().optional(),
        hash: text.optional(),
      }),
    ),
  })
  .meta({ id: 'ChangeRecord' });

export type ChangeRecord = z.infer<typeof changeRecordSchema>;

/** SHA-256 of the record's canonical JSON: what names it elsewhere. */
export function recordDigest(record: ChangeRecord): string {
  return digestOf(record);
}

/** What of a record does not fit together; empty where all of it does. Needs nothing but the record. */
export function recordFaults(record: ChangeRecord): string[] {
  return [...contentFaults(record), ...approvalFaults(record), ...auditFaults(record)];
}

function contentFaults({ revision, plan }: ChangeRecord): string[] {
  const { content = null } = revision;
  const { content: planned = null } = plan;
  return [
    ...(revisionDigest(content) === revision.digest ? [] : ['the revision is not what its digest says']),
    ...(digestOf(planned) === plan.digest ? [] : ['the plan is not what its digest says']),
  ];
}

function approvalFaults({ release, revision, plan, approvals, audit }: ChangeRecord): string[] {
  return approvals.flatMap(({ stage, subject, actor, evidence, ...bound }) => {
    const of = `the approval of ${stage} by ${actor}`;
    const isBound = bound.revision === revision.digest && bound.planDigest === plan.digest;
    const isRecorded = audit.some(
      (entry) =>
        entry.action === 'release.approved' &&
        entry.actor === actor &&
        entry.details['stage'] === stage &&
        entry.details['evidence'] === evidence,
    );
    return [
      ...(isBound ? [] : [`${of} is of another revision or plan`]),
      ...(release.authors.includes(subject) ? [`${of} is by an author`] : []),
      ...(isRecorded ? [] : [`${of} is not in the audit log`]),
    ];
  });
}

function auditFaults({ release, audit }: ChangeRecord): string[] {
  const positions = audit.flatMap(({ position }) => position ?? []);
  const isRising = positions.every((position, i) => i === 0 || position > (positions[i - 1] ?? 0));
  const isBegun = audit.some(({ action, actor }) => action === 'release.created' && actor === release.actor);
  return [
    ...(isRising ? [] : ['the entries of the audit log are not in their order']),
    ...(isBegun ? [] : ['the audit log does not say that it was asked for']),
  ];
}
