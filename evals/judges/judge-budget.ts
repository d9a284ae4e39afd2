import { SluiceError } from '../../domain/errors.ts';
import type { NamedJudge } from '../../domain/evaluation/judges-of.ts';

/** How many verdicts may still be asked for. */
export interface JudgeBudget {
  /** Takes one. Throws `broken_measurement` where the judge's day is used up. */
  take(judge: NamedJudge): Promise<void>;
}

/** A budget of this process alone. */
export function createOwnBudget(): JudgeBudget {
  const used = new Map<string, number>();
  return {
    take(judge) {
      const count = (used.get(judge.digest) ?? 0) + 1;
      used.set(judge.digest, count);
      return count > judge.binding.callsPerDay ? Promise.reject(usedUp(judge)) : Promise.resolve();
    },
  };
}

export function usedUp({ name, binding: { callsPerDay } }: NamedJudge): SluiceError {
  return new SluiceError(
    'broken_measurement',
    `The judge "${name}" has given the ${callsPerDay} verdicts that it may in a day.`,
    {
      remedy: 'Raise its callsPerDay in sluice.environments.yaml, or wait until midnight (UTC).',
      details: { judgeBudget: 'used-up' },
    },
  );
}
