import type { Pool } from 'pg';
import { readApp } from '../config-store/read-app.ts';
import { readRevision } from '../config-store/read-revision.ts';
import { readSplit } from '../config-store/read-split.ts';
import type { AppRow, PublishedSuite, RevisionRow } from '../config-store/types.ts';
import { wasTakenBack } from '../config-store/was-taken-back.ts';
import { digestOf } from '../domain/digest.ts';
import { SluiceError } from '../domain/errors.ts';
import type { Plan } from '../domain/plan.ts';
import type { StartReleaseParsed } from './schemas/releases.ts';

export type StartReleaseRequest = StartReleaseParsed & { actor: string; idempotencyKey: string | undefined };

/** The id that a request with an idempotency key gives its release, however often it is sent. */
export function releaseIdOf({ app, actor, idempotencyKey }: StartReleaseRequest): string | undefined {
  if (idempotencyKey === undefined) return undefined;
  return `rel_${digestOf([app, actor, idempotencyKey]).slice(0, 32)}`;
}

/** What a release will run: the request's own plan and suites, else those published for the app. */
export interface SettledRelease {
  app: AppRow;
  revision: RevisionRow;
  plan: Plan;
  suites: readonly PublishedSuite[];
}

/** Finds what a request names. Throws `not_found`. */
export async function settle(db: Pool, request: StartReleaseRequest): Promise<SettledRelease> {
  const missing = (what: string, remedy: string) => new SluiceError('not_found', what, { remedy });
  const app = await readApp(db, request.app);
  if (app === undefined) {
    throw missing(`There is no app "${request.app}".`, `Make it first: sluice app create ${request.app}.`);
  }
  const revision = await readRevision(db, { app: request.app, ref: request.revision });
  if (revision === undefined) {
    throw missing(
      `The app "${request.app}" has no revision "${request.revision}".`,
      'Publish it first: POST /v1/revisions.',
    );
  }
  const plan = request.plan ?? app.published.plans?.[request.planName];
  if (plan === undefined) {
    throw missing(
      `The app "${request.app}" has no plan "${request.planName}".`,
      'Write it under `plans` in sluice.yaml, or send it with the release.',
    );
  }
  return { app, revision, plan, suites: request.suites ?? app.published.suites ?? [] };
}

/**
 * Refuses a candidate that already serves as stable, and one that was taken back, unless it is a stated retry.
 * Throws `not_found`, `not_active`, `conflict`, and `invalid_request` for a retry without a reason.
 */
export async function assertReleasable(
  db: Pool,
  request: StartReleaseRequest,
  { revision: { digest, label } }: SettledRelease,
): Promise<void> {
  const environment = 'production';
  const { app } = request;
  const split = await readSplit(db, { app, environment });
  if (split?.stable === undefined) {
    throw new SluiceError('not_active', `"${app}" has no stable revision to compare with.`, {
      remedy: `Set the first one: sluice app create ${app} --stable.`,
    });
  }
  if (split.stable === digest) {
    throw new SluiceError('conflict', `${label} already is the stable revision of "${app}".`, {
      remedy: 'Change the prompt, the chain or the parameters before releasing.',
    });
  }
  if (request.retry && request.reason === undefined) {
    throw new SluiceError('invalid_request', 'A retry of a revision that was taken back needs a reason.', {
      remedy: 'Add --reason "…".',
    });
  }
  if (!request.retry && (await wasTakenBack(db, { app, environment, revision: digest }))) {
    throw new SluiceError('conflict', `${label} was taken back before.`, {
      remedy: 'Mend it, or release it again knowingly with --retry --reason "…".',
    });
  }
}
