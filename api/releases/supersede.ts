import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { closeRelease } from '../../config-store/releases/close-release.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import { readPolicy } from '../../config-store/policies/read-policy.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { withdrawRelease } from '../../config-store/splits/withdraw-release.ts';
import { mayActAs, type Role } from '../../domain/access/roles.ts';
import { SluiceError } from '../../domain/errors.ts';
import { assertNoViolations } from '../../domain/policy/in-force.ts';
import { isOpen } from '../../domain/release/release.ts';
import type { ReleaseWorkflows } from './release-workflows.ts';

/** Its workflow ends a release that was taken out, and tells Temporal; for longer than this nobody waits for it. */
const patienceMs = 2_500;
const mostAttempts = 5;

export interface Superseding {
  /** The release that is open. */
  readonly releaseId: string;
  readonly actor: string;
  readonly role: Role;
  /** What is released in its place. */
  readonly label: string;
  readonly reason: string | undefined;
}

/**
 * Ends an open release in favour of another one: its candidate is taken out, and condemned for nothing. One whose candidate
 * has become stable meanwhile has ended by itself, and stays. Throws `policy_violated` where the policy asks for another
 * role, and `busy` where the release moved on each time.
 */
export async function supersedeRelease(
  { db, workflows }: { readonly db: Pool; readonly workflows: Pick<ReleaseWorkflows, 'wake' | 'terminate'> },
  superseding: Superseding,
): Promise<void> {
  const { releaseId, actor } = superseding;
  const release = await requireRelease(db, releaseId);
  const { app, id } = release;
  await assertMaySupersede(db, app, superseding);
  const why = superseding.reason === undefined ? '' : `: ${superseding.reason}`;
  const reason = `superseded by ${superseding.label}, which ${actor} released in its place${why}`;
  if (!(await takeOut(db, release, { actor, reason }))) return;
  await workflows.wake(app);
  if (await hasEnded(db, releaseId)) return;
  await closeRelease(db, { releaseId, outcome: 'superseded', reason, actor });
  await workflows.terminate({ id, app, reason });
}

async function assertMaySupersede(db: Pool, app: string, { role: given }: Superseding): Promise<void> {
  const inForce = await readPolicy(db, app);
  const { supersede } = inForce.policy;
  if (mayActAs(given, supersede.role)) return;
  const demanded = `the role ${supersede.role} or above to supersede an open release`;
  const remedy = 'Wait for its end, or ask somebody with that role.';
  assertNoViolations(app, inForce, [{ rule: 'supersede.role', demanded, given, remedy }]);
}

/** False where it has ended by itself. On what was read alone: what became stable in between is not taken out. */
async function takeOut(
  db: Pool,
  { id: releaseId, app, environment }: ReleaseRow,
  { actor, reason }: { readonly actor: string; readonly reason: string },
): Promise<boolean> {
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const split = await readSplit(db, { app, environment });
    const { state, firstRunId } = await requireRelease(db, releaseId);
    if (!isOpen(state)) return false;
    if (state === 'rolling_back') return true;
    const expectedVersion = split?.version ?? 0;
    const operationId = `${releaseId}/superseded`;
    const withdrawal = { releaseId, firstRunId, expectedVersion, operationId, actor, reason };
    if ((await withdrawRelease(db, { ...withdrawal, ending: 'superseded' })) === 'done') return true;
  }
  throw new SluiceError('busy', `Release ${releaseId} moves on too quickly to be superseded.`, {
    remedy: 'Try again.',
    details: { releaseId },
  });
}

async function hasEnded(db: Pool, releaseId: string): Promise<boolean> {
  const endMs = performance.now() + patienceMs;
  while (performance.now() < endMs) {
    if (!isOpen((await requireRelease(db, releaseId)).state)) return true;
    await delay(100);
  }
  return false;
}
