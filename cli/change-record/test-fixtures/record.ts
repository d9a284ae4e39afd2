import { chainHash, firstHash, type ChainedEntry } from '../../../domain/audit/entry.ts';
import { signHead, type AuditHead } from '../../../domain/audit/head.ts';
import { auditKeyOf, sealEntry } from '../../../domain/audit/keys.ts';
import { changeRecordSchema, sealedRecord, type ChangeRecord } from '../../../domain/change-record/record.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { digestOf, revisionDigest } from '../../../domain/revision/digest.ts';

export const secret = Buffer.alloc(32, 7).toString('base64');
const key = auditKeyOf(secret);
const at = '2026-01-01T00:00:00.000Z';

/** A log of which every third entry is of the release `rel_1`, sealed by `secret`. */
function logWith(acts: readonly { actor: string; action: string; details: JsonObject }[]): {
  entries: ChainedEntry[];
  head: AuditHead;
} {
  const entries: ChainedEntry[] = [];
  let hash = firstHash;
  const others = { actor: 'user:x', action: 'app.changed', app: 'other', details: {} };
  const all = acts.flatMap((act) => [others, others, { ...act, app: 'bank', releaseId: 'rel_1' }]);
  for (const [i, act] of [...all, others].entries()) {
    const [position, xact] = [i + 1, String(700 + i)];
    const entry = { id: i + 1, at: '2026-01-01T00:00:00.000000Z', environment: 'production', ...act };
    hash = chainHash(entry, position, hash);
    entries.push({
      ...entry,
      position,
      hash,
      xact,
      keyId: key.id,
      mac: sealEntry(key, { position, hash, xact }),
    });
  }
  return { entries, head: signHead({ number: entries.length, hash, at }, key) };
}

export interface RecordParts {
  /** Stands wherever somebody else's words may. */
  text: string;
  isSealed?: boolean;
  changes?: Partial<ChangeRecord>;
}

/** A record of a promoted release, with one approval and one override that was signed off, and the log that it is of. */
export function recordWith({ text, isSealed = true, changes = {} }: RecordParts) {
  const content = { chain: [{ provider: 'openai', model: text }], prompts: { main: { template: text } } };
  const before = { chain: [{ provider: 'openai', model: 'old' }] };
  const plan = { steps: [{ weight: 25 }, { weight: 100 }] };
  const [digest, planDigest] = [revisionDigest(content), digestOf(plan)];
  const bound = { stage: 'canary-25', revision: digest, planDigest, evidence: 'e' };
  const { entries, head } = logWith([
    { actor: 'token:bob', action: 'release.created', details: { revision: digest, planDigest } },
    { actor: 'token:ada', action: 'release.approved', details: { ...bound, subject: 'ada', reason: text } },
    { actor: 'token:bob', action: 'release.promote', details: { reason: text } },
    { actor: 'token:ada', action: 'review.signed', details: { review: 4, note: text } },
    { actor: 'system:release', action: 'release.promoted', details: { reason: text } },
  ]);
  const audit = entries.flatMap((entry, i) =>
    entry.releaseId === 'rel_1' ? [{ ...entry, previous: entries[i - 1]?.hash ?? firstHash }] : [],
  );
  const release = { id: 'rel_1', app: 'bank', environment: 'production', state: 'promoted', reason: text };
  const stage = { outcome: 'pass', summary: text, looks: 3, startedAt: at, endedAt: at };
  const figures = [{ name: 'errors', candidateRate: 0.0123, stableRate: null, evidence: 0.5, note: text }];
  const record = changeRecordSchema.parse({
    ...{
      version: 2,
      madeAt: at,
      policy: { note: text, approvals: { stages: [{ stage: 'canary-25', count: 1 }] } },
    },
    release: {
      ...{
        ...release,
        actor: 'token:bob',
        authors: ['bob'],
        createdAt: at,
        closedAt: at,
        decidedBy: 'token:bob',
      },
      ...{ stable: revisionDigest(before), provenance: { author: text, commit: 'abc' } },
    },
    revision: { digest, label: 'v7', content },
    replaced: { digest: revisionDigest(before), label: 'v6', content: before },
    plan: { name: 'default', digest: planDigest, content: plan },
    stages: [{ ...stage, stage: 'canary-25', figures }],
    approvals: [
      { ...bound, actor: 'token:ada', subject: 'ada', reason: text, at, expiresAt: at, usedAt: at },
    ],
    reviews: [
      {
        ...{ id: 4, kind: 'override', actor: 'token:bob', entry: 9, reason: text, openedAt: at },
        ...{ signedAt: at, signedBy: 'token:ada', note: text },
      },
    ],
    ...{ audit, head, ...changes },
  });
  return { record: isSealed ? sealedRecord(record, key) : record, entries, head };
}
