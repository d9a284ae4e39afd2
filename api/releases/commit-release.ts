import type { Pool } from 'pg';
import { appendAudit } from '../../config-store/audit/append-audit.ts';
import { inTransaction } from '../../config-store/postgres/transaction.ts';
import { createRelease } from '../../config-store/releases/create-release.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { publishRevision } from '../../config-store/revisions/publish-revision.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { ReleasePolicy } from '../../domain/policy/release-policy.ts';
import type { SettledRelease, StartReleaseRequest } from './releasable.ts';
import type { ReleaseWorkflows } from './release-workflows.ts';
import { supersedeRelease } from './supersede.ts';

interface RowToCommit {
  readonly id: string | undefined;
  readonly environment: string;
  readonly request: StartReleaseRequest;
  readonly settled: SettledRelease;
  readonly policy: ReleasePolicy;
}

/** Commits the row, and with it the revision that came along, why a revision is tried again, or a gate left out that the policy demands. */
async function commitRow(
  db: Pool,
  { id, environment, request, settled, policy }: RowToCommit,
): Promise<ReleaseRow> {
  const { app, revision, plan, suites } = settled;
  const { planName, provenance, actor, author, retry, reason } = request;
  return inTransaction(db, async (client) => {
    // With the release or not at all: what is refused leaves no label and no revision behind.
    if (typeof request.revision !== 'string')
      await publishRevision(client, { app: app.name, ...request.revision, provenance, actor, author });
    const created = await createRelease(client, {
      id,
      app: app.name,
      environment,
      revision: revision.digest,
      planName,
      plan,
      suites,
      policy,
      provenance,
      actor,
      author,
    });
    const about = { app: app.name, environment: created.environment, releaseId: created.id };
    for (const skip of policy.skips) {
      const details = { gate: skip.gate, reason: skip.reason ?? '', role: policy.role };
      await appendAudit(client, { actor, action: 'release.gate_skipped', ...about, details });
    }
    if (policy.hotfix !== undefined) {
      const details = { reason: policy.hotfix.reason, role: policy.role };
      await appendAudit(client, { actor, action: 'release.hotfix', ...about, details });
    }
    if (retry) {
      const details = { revision: revision.digest, reason: reason ?? '' };
      await appendAudit(client, { actor, action: 'release.retried', ...about, details });
    }
    return created;
  });
}

/** Where another release is open, the request says what then: it is refused, or ends that one. */
export async function commitUnlessBusy(
  parts: { readonly db: Pool; readonly workflows: ReleaseWorkflows },
  row: RowToCommit,
): Promise<ReleaseRow> {
  const { request, settled } = row;
  const commit = () => commitRow(parts.db, row);
  try {
    return await commit();
  } catch (error) {
    const releaseId = openOf(error);
    if (request.ifBusy !== 'supersede' || releaseId === undefined) throw error;
    const { actor, role, reason } = request;
    await supersedeRelease(parts, { releaseId, actor, role, reason, label: settled.revision.label });
    return commit();
  }
}

function openOf(error: unknown): string | undefined {
  if (!(error instanceof SluiceError && error.code === 'busy')) return undefined;
  const { releaseId } = error.details;
  return typeof releaseId === 'string' ? releaseId : undefined;
}
