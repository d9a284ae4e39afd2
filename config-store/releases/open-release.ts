import { SluiceError } from '../../domain/errors.ts';
import { unknownApp, unknownRelease } from '../../domain/refusals.ts';
import type { ReleasePolicy } from '../../domain/policy/release-policy.ts';
import type { Role } from '../../domain/access/roles.ts';
import { hotfixPlanName } from '../../domain/release/plan.ts';
import { assertReleasable } from './assert-releasable.ts';
import { json, query, type Db } from '../postgres/db.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { holdToPolicy } from '../policies/hold-to-policy.ts';
import { insertRelease } from './insert-release.ts';
import { readApp } from '../apps/read-app.ts';
import { readRelease } from './read-release.ts';
import { readSplit } from '../splits/read-split.ts';
import { requireRelease } from './require-release.ts';
import { requireRevision } from '../revisions/require-revision.ts';
import type { ReleaseRow } from './release-row.ts';

/** What a workflow knows of its release when it starts. */
export interface ReleaseToOpen {
  /** Of the row that the API has committed; a workflow that was started by hand has none yet. */
  readonly releaseId?: string | undefined;
  readonly app: string;
  /** `production` where nothing is said. */
  readonly environment?: string | undefined;
  /** Label or digest; needed where there is no release id. */
  readonly revision?: string | undefined;
  /** Name of a published plan; `default` where nothing is said. */
  readonly plan?: string | undefined;
  /** The first run of the workflow: the same for all that continue it. */
  readonly runId: string;
  readonly actor: string;
  /** As whom a workflow counts that was started by hand; none is opened where it is `off`, or nothing is said. */
  readonly startFromTemporal?: StartFromTemporal | undefined;
}

export type StartFromTemporal = 'off' | Exclude<Role, 'viewer'>;

export interface Opened {
  readonly release: ReleaseRow;
  /** What the release's first write of the split expects. */
  readonly splitVersion: number;
  /** Deals the subjects anew for this release, and the same for every attempt to open it. */
  readonly salt: string;
}

/**
 * Makes a release belong to a workflow run and lets it progress (idempotent), if the policy that is in force now allows
 * it. A release that was started by hand gets the run's id as its own and what was last published with the app, and has
 * to pass whatever one from the API has. Throws `conflict` for a release that has ended or that belongs to another run,
 * `policy_violated`, `busy` (details: releaseId) where another one is open, and `forbidden` where nobody may start by hand.
 */
export async function openRelease(db: Db, opening: ReleaseToOpen): Promise<Opened> {
  const releaseId = opening.releaseId ?? opening.runId;
  const known = await readRelease(db, releaseId);
  const release =
    known === undefined
      ? await startedByHand(db, releaseId, opening)
      : await claim(db, known, { opening, policy: await policyOf(db, known) });
  const split = await readSplit(db, release);
  if (split === undefined) throw new Error(`Release ${releaseId} is open without a split.`);
  return { release, splitVersion: split.version, salt: releaseId };
}

/** A release that has not begun is held to the policy once more: it may have changed since somebody asked for it. */
async function policyOf(db: Db, release: ReleaseRow): Promise<ReleasePolicy | undefined> {
  if (release.state !== 'starting') return undefined;
  const { app, plan, planName, suites, policy } = release;
  const { content } = await requireRevision(db, { app, ref: release.revision });
  // A row of an API that knew no policies was asked for by a releaser at least.
  const { role = 'releaser', skips = [] } = policy ?? {};
  const hotfix = planName === hotfixPlanName ? { reason: policy?.hotfix?.reason } : undefined;
  return holdToPolicy(db, { app, plan, suites, revision: content, requester: { role }, skips, hotfix });
}

const claimSql = `with before as (
    select id, restarting, restarting and first_run_id is distinct from $3 as is_taken_over
    from release where id = $1 for no key update),
  claimed as (
    update release set first_run_id = $3, updated_at = now(), policy = coalesce($4, policy),
      -- One that continues the run which is to be replaced does not end the replacement.
      restarting = before.restarting and not before.is_taken_over
    from before where release.id = before.id and app = $2 and closed_at is null
      and (coalesce(first_run_id, $3) = $3 or before.is_taken_over) returning release.id),
  -- The run that is replaced may write the state no more.
  taken as (
    update release_progress set run_id = $3, updated_at = now()
    from before where release_id = before.id and before.is_taken_over and exists (select from claimed))
  select from claimed`;

/** The run is taken in one statement, so that two that want the same release cannot both have it. */
async function claim(
  db: Db,
  { id }: ReleaseRow,
  {
    opening: { app, runId },
    policy,
  }: { readonly opening: ReleaseToOpen; readonly policy: ReleasePolicy | undefined },
): Promise<ReleaseRow> {
  const claimed = await inTransaction(db, async (client) => {
    const mine = await query(client, claimSql, [id, app, runId, json(policy)]);
    if (mine.length === 0) return undefined;
    await query(client, 'select begin_release($1)', [id]);
    return requireRelease(client, id);
  });
  if (claimed !== undefined) return claimed;
  const known = await requireRelease(db, id);
  const reason =
    known.app !== app
      ? `is about ${known.app}, not ${app}`
      : known.closedAt !== undefined
        ? `has ended: ${known.state}`
        : `belongs to the run ${known.firstRunId ?? 'of nobody'}`;
  throw new SluiceError('conflict', `Release ${id} ${reason}.`, { remedy: 'Start a new release.' });
}

async function startedByHand(db: Db, id: string, opening: ReleaseToOpen): Promise<ReleaseRow> {
  const { app: name, environment = 'production', plan: planName = 'default', runId, actor } = opening;
  if (opening.releaseId !== undefined || opening.revision === undefined) {
    throw unknownRelease(id, 'Give the workflow the id of one that was created, or a revision to release.');
  }
  const { startFromTemporal: role = 'off' } = opening;
  if (role === 'off') {
    throw new SluiceError('forbidden', 'Releases are not started from Temporal here.', {
      remedy:
        'Start it with `sluice release start`, or have the operator set SLUICE_START_FROM_TEMPORAL for the workers.',
    });
  }
  const app = await readApp(db, name);
  if (app === undefined) throw unknownApp(name);
  const plan = app.published.plans?.[planName];
  if (plan === undefined) {
    throw new SluiceError('not_found', `No plan "${planName}" was published for ${name}.`, {
      remedy: 'Publish sluice.yaml first, or name another plan.',
    });
  }
  const revision = await requireRevision(db, { app: name, ref: opening.revision });
  await assertReleasable(db, { app: name, environment, revision, retry: false });
  const suites = app.published.suites ?? [];
  const requester = { role };
  const policy = await holdToPolicy(db, {
    ...{ app: name, plan, suites, revision: revision.content, requester, skips: [] },
    // Nobody has said why: it holds as long as others.
    ...(planName === hotfixPlanName ? { hotfix: {} } : {}),
  });
  const inserted = await insertRelease(db, {
    id,
    app: name,
    environment,
    revision: revision.digest,
    planName,
    plan,
    suites,
    policy,
    provenance: {},
    actor,
    state: 'progressing',
    firstRunId: runId,
  });
  if (inserted.kind === 'refused') throw inserted.error;
  return inserted.release;
}
