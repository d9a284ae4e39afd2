import type { BoardRow } from '../../config-store/dashboard/board-row.ts';
import type { OpenReleaseHealth } from '../../config-store/releases/read-health.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { Action } from '../../domain/access/actions.ts';
import type { Role } from '../../domain/access/roles.ts';
import { authorize } from '../auth/authorize.ts';
import type { ApiCaller } from '../auth/authenticate.ts';
import { assertMayApprove } from '../actions/assert-may-approve.ts';
import type { ReleaseNeed } from '../schemas/dashboard/releases.ts';

/** Does this pass for the caller? */
function passes(assert: () => void): boolean {
  try {
    assert();
    return true;
  } catch (error) {
    if (error instanceof SluiceError) return false;
    throw error;
  }
}

function may(asker: ApiCaller, role: Role, action: Action): boolean {
  return passes(() => {
    authorize(asker, { role, action, concerns: 'path.release' });
  });
}

/** Conditions in which somebody who runs Sluice has to see to it. */
const tended: readonly string[] = ['stuck', 'unattended', 'elsewhere', 'blind'];

/** Whom an open release waits for, and whether that is who asks. */
export function needsOf(
  row: Pick<BoardRow, 'approvalRole' | 'authors'>,
  health: OpenReleaseHealth | undefined,
  asker: ApiCaller,
): ReleaseNeed[] {
  if (health === undefined) return [];
  const { condition, says, waitingFor = 'an approval', callersWord } = health;
  const [worst = ''] = says;
  if (tended.includes(condition))
    return [{ what: 'tend', says: worst, you: may(asker, 'operator', 'rollback') }];
  if (condition === 'approval') return [{ what: 'approve', says: waitingFor, you: mayApprove(row, asker) }];
  if (condition === 'paused' || callersWord !== undefined)
    return [{ what: 'decide', says: worst, you: may(asker, 'releaser', 'decide') }];
  return [];
}

function mayApprove(
  { approvalRole, authors = [] }: Pick<BoardRow, 'approvalRole' | 'authors'>,
  asker: ApiCaller,
): boolean {
  if (!may(asker, 'releaser', 'approve') || authors.includes(asker.subject.toLowerCase())) return false;
  return passes(() => {
    assertMayApprove(asker, approvalRole);
  });
}
