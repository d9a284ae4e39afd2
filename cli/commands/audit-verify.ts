import type { AuditVerdict } from '../../api/schemas/releases.ts';
import { exitCodes } from '../../domain/errors.ts';
import { done } from '../output/outcome.ts';
import type { Command } from './context.ts';

function records(count: number): string {
  return count === 1 ? '1 record' : `${count} records`;
}

/** What stands where the chain breaks, as far as it can be told. */
function breakOf({ brokenAt = 0, found }: AuditVerdict): string {
  if (found === undefined) return `Record ${brokenAt} does not fit.`;
  const { position, id, at, actor, action } = found;
  const record = `record ${position} (id ${id}: ${at} ${actor} ${action})`;
  return position === brokenAt
    ? `The first that does not fit is ${record}: it, or its hash, was changed.`
    : `Record ${brokenAt} is missing; the next one is ${record}.`;
}

/**
 * Has the whole audit chain recomputed. Where it is broken the exit code is that of a conflict: what the database
 * holds is not what was recorded.
 */
export const auditVerify: Command<object> = async (context) => {
  const verdict = await context.api().get<AuditVerdict>('/v1/audit/verify');
  const { ok, verified, pending, head } = verdict;
  if (ok) {
    const waiting = pending === 0 ? '' : ` ${records(pending)} not chained yet: look again in a few seconds.`;
    const checked = `The audit chain is intact: ${records(verified)} checked.${waiting}`;
    return done(`${checked}\n  head ${head} (note it elsewhere: a chain cut off at its end shows by it)`, {
      ...verdict,
    });
  }
  const text = [
    `The audit chain is broken after ${records(verified)} that hold.`,
    `  ${breakOf(verdict)}`,
    '  → Compare with a backup of the database, and look who could write to it.',
  ].join('\n');
  return { code: exitCodes.conflict, word: 'audit_broken', json: { ...verdict }, text };
};
