import { digestOf } from '../../domain/revision/digest.ts';
import { SluiceError } from '../../domain/errors.ts';
import { noStable } from '../../domain/refusals.ts';
import { currentRules } from '../../domain/guardrail/rules.ts';
import { releaseWorkflowId } from '../../domain/release/release.ts';
import { json, query, type Db } from '../postgres/db.ts';
import { readOpenRelease } from './read-open-release.ts';
import { readSplit } from '../splits/read-split.ts';
import { releaseColumns } from './release-columns.ts';
import type { ReleaseRow, ReleaseToCreate } from './release-row.ts';

export type NewRelease = ReleaseToCreate & {
  readonly id: string;
  readonly state: 'starting' | 'progressing';
  readonly firstRunId?: string;
};

/** `refused` says why as an error, for the caller to throw or to look further. */
export type InsertedRelease =
  | { readonly kind: 'inserted'; readonly release: ReleaseRow }
  | { readonly kind: 'refused'; readonly error: SluiceError };

/** Inserts a release with its audit entry, if the app is ready for one and no other is open (invariant 3). */
export async function insertRelease(db: Db, release: NewRelease): Promise<InsertedRelease> {
  const [row] = await query<ReleaseRow>(
    db,
    `with created as (
       insert into release (id, app, environment, revision, stable, plan_name, plan, plan_digest, suites, state,
         workflow_id, first_run_id, actor, provenance, idempotency_key, policy, rules, author)
       select $1, app, environment, $4, stable, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17
       from split where app = $2 and environment = $3 and stable <> $4
       on conflict do nothing returning *),
     audited as (
       insert into audit_entry (actor, action, app, environment, release_id, details)
       select actor, 'release.created', app, environment, id,
         jsonb_build_object('revision', revision, 'plan', plan_name, 'planDigest', plan_digest,
           'suites', (select coalesce(jsonb_object_agg(suite->>'name', suite->>'digest'), '{}')
             from jsonb_array_elements(suites) as suite),
           'policy', policy - '{skips,waived}'::text[]) from created)
     select ${releaseColumns} from created as release`,
    [
      release.id,
      release.app,
      release.environment,
      release.revision,
      release.planName,
      json(release.plan),
      digestOf(release.plan),
      json(release.suites),
      release.state,
      releaseWorkflowId(release.app),
      release.firstRunId,
      release.actor,
      json(release.provenance),
      release.idempotencyKey,
      json(release.policy),
      currentRules,
      release.author,
    ],
  );
  if (row !== undefined) return { kind: 'inserted', release: row };
  return { kind: 'refused', error: await whyRefused(db, release) };
}

async function whyRefused(db: Db, { app, environment, revision }: NewRelease): Promise<SluiceError> {
  const split = await readSplit(db, { app, environment });
  if (split?.stable === undefined) return noStable(app, environment);
  if (split.stable === revision) {
    return new SluiceError('conflict', `This revision is the stable one of ${app} already.`, {
      remedy: 'There is nothing to release.',
      details: { revision },
    });
  }
  const open = await readOpenRelease(db, { app, environment });
  return new SluiceError('busy', `${app} has an open release: ${open?.id ?? 'it has just ended'}.`, {
    remedy: 'Wait for its end, abort it, or release in its place: --if-busy supersede.',
    ...(open === undefined
      ? {}
      : { details: { releaseId: open.id, openedBy: open.actor, state: open.state } }),
  });
}
