import type { Pool } from 'pg';
import { requireJudgeable } from '../../activities/looks/judging/dry-run.ts';
import { readApp } from '../../config-store/apps/read-app.ts';
import { readRevision } from '../../config-store/revisions/read-revision.ts';
import type { AppRow, SuiteRow } from '../../config-store/apps/app-row.ts';
import type { RevisionRow } from '../../config-store/revisions/revision-row.ts';
import { revisionDigest } from '../../domain/revision/digest.ts';
import { SluiceError } from '../../domain/errors.ts';
import { unknownApp } from '../../domain/refusals.ts';
import type { Plan } from '../../domain/release/plan.ts';
import { withoutGates, type Skip } from '../../domain/policy/skips.ts';
import type { Role } from '../../domain/access/roles.ts';
import { checkRevision } from './check-revision.ts';
import { checkSuites, checkSuitesAsked } from './check-suites.ts';
import { idOfKey } from '../http/id-of-key.ts';
import type { StartReleaseParsed } from '../schemas/releases.ts';

export type StartReleaseRequest = StartReleaseParsed & {
  readonly actor: string;
  /** The subject of whoever asks. */
  readonly author: string;
  readonly role: Role;
  readonly idempotencyKey: string | undefined;
};

/** The id that a request with an idempotency key gives its release, however often it is sent. */
export function releaseIdOf(request: StartReleaseRequest): string | undefined {
  return idOfKey('rel', request);
}

/** What a release will run: the request's own plan and suites, which are that release's alone, else the published. */
export interface SettledRelease {
  readonly app: AppRow;
  readonly revision: Pick<RevisionRow, 'digest' | 'label' | 'content'>;
  readonly plan: Plan;
  readonly suites: readonly SuiteRow[];
  /** The gates that the requester asks to leave out; the plan does without them. */
  readonly skips: readonly Skip[];
}

/**
 * Finds what a request names. Throws `not_found`, and `invalid_request` for suites that are not what they say, that there are
 * not, or that ask for prompts that the revision does not have, for a revision with a prompt that cannot be published, and for a plan that
 * cannot be judged: one that was published before may be older than its bounds.
 */
export async function settle(
  db: Pool,
  request: Pick<StartReleaseRequest, 'app' | 'revision' | 'planName' | 'plan' | 'suites' | 'skip' | 'reason'>,
): Promise<SettledRelease> {
  const missing = (what: string, remedy: string) => new SluiceError('not_found', what, { remedy });
  const app = await readApp(db, request.app);
  if (app === undefined) throw unknownApp(request.app);
  const revision = await findRevision(db, request);
  const plan = request.plan ?? app.published.plans?.[request.planName];
  if (plan === undefined) {
    throw missing(
      `The app "${request.app}" has no plan "${request.planName}".`,
      'Write it under `plans` in sluice.yaml, or send it with the release.',
    );
  }
  requireJudgeable(plan, request.planName);
  if (request.suites !== undefined) checkSuites(request.suites);
  const suites = request.suites ?? app.published.suites ?? [];
  checkSuitesAsked(suites, plan, revision.content);
  const skips = [...new Set(request.skip)].map((gate) => ({ gate, reason: request.reason }));
  return { app, revision, plan: withoutGates(plan, skips), suites, skips };
}

/** The published revision that a request names, or the one that it brings along, under its label where it has one. */
async function findRevision(
  db: Pool,
  { app, revision }: Pick<StartReleaseRequest, 'app' | 'revision'>,
): Promise<SettledRelease['revision']> {
  const digest = typeof revision === 'string' ? undefined : revisionDigest(revision.content);
  const ref = typeof revision === 'string' ? revision : digest;
  const known = ref === undefined ? undefined : await readRevision(db, { app, ref });
  if (known !== undefined) return known;
  if (typeof revision !== 'string' && digest !== undefined) {
    await checkRevision(revision.content);
    return { digest, ...revision };
  }
  throw new SluiceError('not_found', `The app "${app}" has no revision "${String(ref)}".`, {
    remedy: 'Publish it first: POST /v1/revisions.',
  });
}
