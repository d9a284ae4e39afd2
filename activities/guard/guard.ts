import type { Pool } from 'pg';
import { closeGuard, takeBackGuarded } from '../../config-store/guards/end-guard.ts';
import { readGuard } from '../../config-store/guards/read-guards.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import { SluiceError } from '../../domain/errors.ts';
import { withFailures } from '../looks/failures.ts';
import { courseOf } from '../looks/judging/course.ts';
import { releaseActor } from '../split/operation-ids.ts';
import type { GuardActivities } from './contract.ts';
import { guardWatch } from './guard-watch.ts';

/** What watches a revision that has just become stable, for as long as a part of the subjects stays on the former one. */
export function createGuardActivities({ db }: { readonly db: Pool }): GuardActivities {
  return withFailures<GuardActivities>({
    async watchGuard({ releaseId }) {
      const guard = await readGuard(db, releaseId);
      if (guard === undefined) {
        throw new SluiceError('not_found', `Release ${releaseId} has no guard.`, {
          remedy: 'Its plan says whether it has: guard.',
        });
      }
      const { label, plan } = await requireRelease(db, releaseId);
      return guardWatch(guard, { label, course: courseOf(plan) });
    },
    async closeGuard({ releaseId }) {
      await closeGuard(db, { releaseId, actor: releaseActor });
    },
    async takeBackGuarded({ releaseId, splitVersion: expectedVersion, reason }) {
      await takeBackGuarded(db, { releaseId, expectedVersion, reason, actor: releaseActor });
    },
  });
}
