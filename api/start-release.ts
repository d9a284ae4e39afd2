import type { Pool } from 'pg';
import { closeRelease } from '../config-store/close-release.ts';
import { createRelease } from '../config-store/create-release.ts';
import { readApp } from '../config-store/read-app.ts';
import { readRevision } from '../config-store/read-revision.ts';
import { readSplit } from '../config-store/read-split.ts';
import { setFirstRunId } from '../config-store/set-first-run-id.ts';
import { setPublished } from '../config-store/set-published.ts';
import { wasTakenBack } from '../config-store/was-taken-back.ts';
import { digestOf } from '../domain/digest.ts';
import { SluiceError } from '../domain/errors.ts';
import { planSchema } from '../domain/plan.ts';
import type { ReleaseWorkflows } from './release-workflows.ts';
import type { StartReleaseParsed } from './schemas/releases.ts';

export interface StartReleaseParts {
  db: Pool;
  workflows: ReleaseWorkflows;
}

export type StartReleaseRequest = StartReleaseParsed & { actor: string; idempotencyKey: string | undefined };

const environment = 'production';

async function publishedApp(db: Pool, name: string) {
  const app = await readApp(db, name);
  if (app !== undefined) return app;
  throw new SluiceError('not_found', `There is no app "${name}".`, {
    remedy: `Make it first: sluice app create ${name} --stable <label>.`,
  });
}

/** What the release will run: the request's own plan and suites, else those published for the app. */
async function settle(db: Pool, request: StartReleaseRequest) {
  const app = await publishedApp(db, request.app);
  const revision = await readRevision(db, { app: request.app, ref: request.revision });
  if (revision === undefined) {
    throw new SluiceError('not_found', `The app "${request.app}" has no revision "${request.revision}".`, {
      remedy: 'Publish it first: POST /v1/revisions.',
    });
  }
  const plan = request.plan ?? app.published.plans?.[request.planName];
  if (plan === undefined) {
    throw new SluiceError('not_found', `The app "${request.app}" has no plan "${request.planName}".`, {
      remedy: 'Write it under `plans` in sluice.yaml, or send it with the release.',
    });
  }
  return { revision, plan: planSchema.parse(plan), suites: request.suites ?? app.published.suites ?? [] };
}

/** Refuses a candidate that already serves as stable, and one that was taken back, unless it is a stated retry. */
async function assertReleasable(
  db: Pool,
  request: StartReleaseRequest,
  digest: string,
  label: string,
): Promise<void> {
  const split = await readSplit(db, { app: request.app, environment });
  if (split?.stable === undefined) {
    throw new SluiceError('not_active', `"${request.app}" has no stable revision to compare with.`, {
      remedy: `Set the first one: sluice app create ${request.app} --stable ${label}.`,
    });
  }
  if (split.stable === digest) {
    throw new SluiceError('conflict', `${label} already is the stable revision of "${request.app}".`, {
      remedy: 'Change the prompt, the chain or the parameters before releasing.',
    });
  }
  if (request.retry && request.reason === undefined) {
    throw new SluiceError('invalid_request', 'A retry of a revision that was taken back needs a reason.', {
      remedy: 'Add --reason "…".',
    });
  }
  if (!request.retry && (await wasTakenBack(db, { app: request.app, environment, revision: digest }))) {
    throw new SluiceError('conflict', `${label} was taken back before.`, {
      remedy: 'Mend it, or release it again knowingly with --retry --reason "…".',
    });
  }
}

/**
 * Commits the row of a release, then starts its workflow, and returns the release's id once both are durable.
 * The id follows from the idempotency key, so that a repeat after a lost answer goes on with the same row.
 * Throws `not_found`, `conflict`, `busy`, and `unreachable` where it is unknown whether the start took effect.
 */
export async function startRelease(parts: StartReleaseParts, request: StartReleaseRequest): Promise<string> {
  const { db, workflows } = parts;
  const { revision, plan, suites } = await settle(db, request);
  await assertReleasable(db, request, revision.digest, revision.label);
  // Nothing is written before Temporal has answered: an app is not made busy by a release that cannot start.
  await workflows.assertReachable();
  const { id } = await createRelease(db, {
    ...(request.idempotencyKey === undefined
      ? {}
      : { id: `rel_${digestOf([request.app, request.actor, request.idempotencyKey]).slice(0, 32)}` }),
    app: request.app,
    environment,
    revision: revision.digest,
    planName: request.planName,
    plan,
    suites,
    provenance: request.provenance,
    actor: request.actor,
  });
  if (request.plan !== undefined) {
    await setPublished(db, { app: request.app, plans: { [request.planName]: plan }, suites });
  }
  const started = await workflows.start({ app: request.app, releaseId: id });
  if (started.kind === 'other') {
    await closeRelease(db, {
      releaseId: id,
      outcome: 'failed',
      reason: 'Another release of the app is running.',
    });
    throw new SluiceError('busy', `Another release of "${request.app}" is running in Temporal.`, {
      remedy: 'Wait for it, abort it, or look at it in the Temporal Web UI.',
    });
  }
  await setFirstRunId(db, { releaseId: id, runId: started.runId });
  return id;
}
