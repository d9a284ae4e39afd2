import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../domain/json.ts';
import { planSchema, type Plan } from '../../domain/release/plan.ts';
import { tryoutPolicy } from '../../domain/policy/policy.ts';
import { revisionContentSchema } from '../../domain/revision/revision.ts';
import { createRelease } from '../releases/create-release.ts';
import { createStable } from '../apps/create-stable.ts';
import type { Db } from '../postgres/db.ts';
import { openRelease, type Opened } from '../releases/open-release.ts';

import { publishApp } from '../apps/publish-app.ts';
import { publishPolicy } from '../policies/publish-policy.ts';
import { publishRevision } from '../revisions/publish-revision.ts';
import { makeStable, putCandidate } from './unfounded-writes.ts';

export const environment = 'production';
export const plan = planSchema.parse({ evaluate: 'skip', mirror: 'skip' });

/** Publishes a revision whose content differs from that of every other label; gives its digest. */
export async function publish(db: Db, app: string, label: string): Promise<string> {
  const content = revisionContentSchema.parse({ chain: [{ provider: 'openai', model: label }] });
  return (await publishRevision(db, { app, label, content, provenance: {}, actor: 'user:ada' })).digest;
}

/** An app of its own, whose policy demands little, with a first stable revision labelled `a`. */
export async function createApp(db: Db): Promise<{ app: string; a: string }> {
  const app = `app-${randomUUID().slice(0, 8)}`;
  await publishApp(db, { name: app, actor: 'user:ada' });
  await publishPolicy(db, { scope: app, policy: tryoutPolicy, actor: 'user:ada' });
  const a = await publish(db, app, 'a');
  await createStable(db, {
    app,
    environments: [environment],
    revision: a,
    operationId: 'create',
    actor: 'user:ada',
    reason: 'first',
  });
  return { app, a };
}

/** A release that progresses, of a revision that is published for it. */
export async function startRelease(
  db: Db,
  app: string,
  label: string,
  /** One that does without gates where it is left out. */
  by: Plan = plan,
): Promise<Opened> {
  const revision = await publish(db, app, label);
  const { id } = await createRelease(db, {
    app,
    environment,
    revision,
    planName: 'default',
    plan: by,
    suites: [],
    provenance: {},
    actor: 'user:ada',
  });
  return openRelease(db, { releaseId: id, app, runId: `run-${id}`, actor: 'user:ada' });
}

/** A raise of a release to a weight in percent. */
export function raise(
  db: Db,
  { release, salt }: Opened,
  {
    weight,
    expectedVersion,
    operation = `canary-${weight}`,
    counting = {},
  }: { weight: number; expectedVersion: number; operation?: string; counting?: JsonObject },
) {
  return putCandidate(db, {
    app: release.app,
    environment: release.environment,
    releaseId: release.id,
    operationId: `${release.id}/${operation}`,
    expectedVersion,
    candidate: release.revision,
    weight,
    salt,
    counting: {
      releaseId: release.id,
      ...{ shortHorizonMs: 5_000, longHorizonMs: 60_000, slowMs: 10_000 },
      ...counting,
    },
    ttlMs: 60_000,
    actor: 'system:release',
    reason: `step ${weight} %`,
  });
}

/** A whole release: started, raised to 5 %, promoted. Gives the digest that is stable then. */
export async function promote(db: Db, app: string, label: string): Promise<string> {
  const opened = await startRelease(db, app, label);
  await raise(db, opened, { weight: 5, expectedVersion: opened.splitVersion });
  const result = await makeStable(db, {
    releaseId: opened.release.id,
    operationId: `${opened.release.id}/finish`,
    expectedVersion: opened.splitVersion + 1,
    actor: 'system:release',
    reason: 'all steps passed',
  });
  if (result.kind !== 'written') throw new Error(`Not promoted: ${result.kind}`);
  return opened.release.revision;
}
