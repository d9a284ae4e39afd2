import type { HealResult } from '../../api/schemas/rollback.ts';
import { oneLine } from '../../domain/text/one-line.ts';
import { done, type CommandOutcome } from './outcome.ts';

/** The outcome of healing a split, through the API and past it alike. */
export function healOutcome(app: string, healed: HealResult): CommandOutcome {
  return { ...done(describeHeal(app, healed), { ...healed }), word: healed.result };
}

function describeHeal(app: string, healed: HealResult): string {
  const { result, version, serving, from, gateways, condemned, cleared } = healed;
  if (result === 'already')
    return `already: ${serving} serves ${app} (split v${version}); no gateway has served a newer version.`;
  const had = from === undefined || from === 0 ? 'no version' : `v${from}`;
  const left =
    condemned === undefined
      ? ''
      : `\n  ! ${condemned} is marked bad: gateways had left it for something older. If it is good: sluice rollback ${app} --to ${condemned}`;
  const good =
    cleared === undefined
      ? ''
      : `\n  ! ${serving} is good again; it was ${oneLine(cleared).replace(/\.$/, '')}.`;
  return (
    `healed: ${serving} serves ${app} (split v${version}). The database had ${had}; ` +
    `${gateways.join(', ')} had served a newer one.${left}${good}`
  );
}
