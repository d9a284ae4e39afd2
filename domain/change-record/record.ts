import { z } from 'zod';
import { auditHeadSchema } from '../audit/head.ts';
import { sealRecord, type AuditKey } from '../audit/keys.ts';
import { digestOf } from '../revision/digest.ts';

const text = z.string();
const anything = z.record(z.string(), z.unknown());

/** A revision with all that it is. */
const revisionSchema = z.object({ digest: text, label: text, content: z.unknown() });

/** What a guardrail had shown at a stage's last look. */
const figureSchema = z.object({
  name: text,
  candidateRate: z.number().nullable().optional(),
  stableRate: z.number().nullable().optional(),
  evidence: z.number().nullable().optional(),
  threshold: z.number().nullable().optional(),
  actsAt: z.number().nullable().optional(),
  values: z.object({ candidate: text, stable: text }).optional(),
  segment: z
    .object({
      ...{ name: text, evidence: z.number(), actsAt: z.number() },
      ...{ candidateRate: z.number().nullable(), stableRate: z.number().nullable() },
      values: z.object({ candidate: text, stable: text }).optional(),
    })
    .optional(),
  note: text.optional(),
});

const stageSchema = z.object({
  stage: text,
  outcome: text,
  summary: text,
  evidenceDigest: text.optional(),
  /** Who went on over what it had shown, with the outcome `override`. */
  override: anything.optional(),
  looks: z.int().optional().meta({ description: 'Measurements that it rests on' }),
  figures: z.array(figureSchema).optional(),
  startedAt: text,
  endedAt: text,
});

const approvalSchema = z.object({
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
});

const reviewSchema = z.object({
  id: z.int(),
  kind: text,
  actor: text,
  /** The entry of the audit log that it is about. */
  entry: z.int().optional(),
  reason: text.optional(),
  openedAt: text,
  signedAt: text.optional(),
  signedBy: text.optional(),
  note: text.optional(),
});

/** An entry with all that its hash and its seal cover, and the hash before it; one that waits for its place has neither. */
const entrySchema = z.object({
  id: z.int(),
  at: text,
  actor: text,
  action: text,
  app: text.optional(),
  environment: text.optional(),
  releaseId: text.optional(),
  details: anything,
  position: z.int().optional(),
  hash: text.optional(),
  previous: text.optional(),
  xact: text.optional(),
  mac: text.optional(),
  keyId: text.optional(),
});

/**
 * All that is known of one change: what, why, on what evidence, by whom, when, and how it ended; with the end of the audit
 * log then, and a seal over all of it where the API has a key. Version 1 had no end, no seal and no hashes of entries.
 */
export const changeRecordSchema = z
  .object({
    version: z.literal([1, 2, 3]),
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
    revision: revisionSchema,
    replaced: revisionSchema.optional().meta({ description: 'What was stable when it began' }),
    plan: z.object({ name: text, digest: text, content: z.unknown() }),
    policy: anything.optional(),
    suites: z.array(z.object({ name: text, digest: text })).optional(),
    stages: z.array(stageSchema),
    approvals: z.array(approvalSchema),
    reviews: z.array(reviewSchema),
    audit: z.array(entrySchema),
    isCut: z.boolean().optional().meta({ description: 'It has more entries than are here' }),
    head: z.object(auditHeadSchema.shape).optional().meta({ description: 'The end of the audit log then' }),
    seal: z.object({ keyId: text, mac: text }).optional(),
  })
  .meta({ id: 'ChangeRecord' });

export type ChangeRecord = z.infer<typeof changeRecordSchema>;
export type RecordEntry = ChangeRecord['audit'][number];

/** SHA-256 of the record's canonical JSON, without its seal: what names it elsewhere. */
export function recordDigest({ seal: _seal, ...record }: ChangeRecord): string {
  return digestOf(record);
}

/** The record with a seal over all of it; as it is where there is no key. */
export function sealedRecord(record: ChangeRecord, key: AuditKey | undefined): ChangeRecord {
  if (key === undefined) return record;
  return { ...record, seal: { keyId: key.id, mac: sealRecord(key, recordDigest(record)) } };
}
