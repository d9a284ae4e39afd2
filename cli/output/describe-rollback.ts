import type { RollbackResult } from '../../api/schemas/rollback.ts';
import { oneLine } from '../../domain/text/one-line.ts';
import { done, type CommandOutcome } from './outcome.ts';

export type RollbackAnswer = RollbackResult;

/** `14:00:05 UTC`, with the day where that is not today. */
function timeOf(iso: string, now = new Date()): string {
  const [day = '', time = ''] = new Date(iso).toISOString().split('T');
  const today = now.toISOString().startsWith(day);
  return `${today ? '' : `${day} `}${time.slice(0, 8)} UTC`;
}

/** What serves, since when, and what was taken out before that: what a person decides by who presses again. */
export function describeAlready(app: string, result: RollbackResult): string {
  const { serving, servingSince, takenOut, takenOutAt } = result;
  const since = servingSince === undefined ? '' : ` since ${timeOf(servingSince)}`;
  const gone =
    takenOut === undefined || takenOut === serving
      ? ''
      : takenOutAt === undefined
        ? `${takenOut} serves nowhere; `
        : `${takenOut} was taken out at ${timeOf(takenOutAt)}; `;
  return `${gone}${serving} serves ${app}${since}${openText(result)}`;
}

/** What may have been meant by a press that found nothing to take out: what is not served yet is not taken out. */
function openText({ openRelease: open }: RollbackResult): string {
  return open === undefined ? '' : `; a release of ${open.label} is ${open.state}`;
}

/** Says what a rollback came to, through the API and past it alike. */
function describeRollback(app: string, result: RollbackResult): string {
  const { serving, waitingFor } = result;
  if (result.result === 'already') {
    const more = `sluice rollback ${app} --take-out ${serving}`;
    const { openRelease: open } = result;
    const abort =
      open === undefined ? '' : `\n  → To end the release of ${open.label}: sluice release abort ${open.id}`;
    return `already: ${describeAlready(app, result)}; nothing was changed.${abort}\n  → To take ${serving} out: ${more}`;
  }
  const takenOut = result.takenOut === undefined ? '' : `, ${result.takenOut} is taken out`;
  const confirmed = result.confirmed
    ? 'Every gateway serves it.'
    : `Not yet confirmed by ${waitingFor.join(', ')}; a candidate ends there with its lease at the latest.`;
  const standby =
    result.standby === 'asynchronous'
      ? '\n  ! No synchronous standby has it yet: a replica that takes over now may lack it (then: sluice split heal).'
      : '';
  const skipped = result.skipped.map(({ revision, reason }) => {
    const what = revision === serving ? 'was found dead, and nothing else is left' : 'was passed over';
    return `\n  ! ${revision} ${what}: ${oneLine(reason).replace(/\.$/, '')}.`;
  });
  const override = result.override ? '\n  ! An override: it stands in the audit log.' : '';
  return `done: ${serving} serves ${app}${takenOut} (split v${result.version}). ${confirmed}${standby}${skipped.join('')}${override}`;
}

/** The outcome of the command. */
export function rollbackOutcome(app: string, result: RollbackResult): CommandOutcome {
  return { ...done(describeRollback(app, result), { ...result }), word: result.result };
}
