import type { OperatorMatter } from '../../protocols/failures/verdict.ts';
import type { Clock } from '../clock.ts';
import type { Attempt } from '../failover/chain.ts';

/** The same fault of the same target is logged once in this time; it is counted each time. In milliseconds. */
const quietMs = 60_000;

const remedies: Record<OperatorMatter, string> = {
  key: "Mend the provider's key or what it may do, and start the gateway again.",
  account: "Mend the provider's account: its billing, its limit or its standing.",
  model: 'Bind the model to one that the provider has, or release a revision that asks for another one.',
  address: "Mend the provider's baseUrl in the environments file.",
};

/** What a provider refuses the operator, not the caller. Without the vendor's message, which may name accounts. */
export interface OperatorFault {
  readonly provider: string;
  readonly model: string;
  readonly matter: OperatorMatter;
  readonly code: string;
  readonly status: number | undefined;
  readonly remedy: string;
}

export interface AlarmParts {
  readonly clock: Clock;
  readonly count: (fault: Pick<OperatorFault, 'provider' | 'model' | 'matter'>) => void;
  readonly log: (fault: OperatorFault) => void;
}

/** Told all attempts of a request, also of one that another target answered: nobody else would hear of it. */
export type AlarmOperator = (
  attempts: readonly Pick<Attempt, 'provider' | 'logicalModel' | 'failure' | 'status' | 'outcome'>[],
) => void;

export function createOperatorAlarm({ clock, count, log }: AlarmParts): AlarmOperator {
  const loggedMs = new Map<string, number>();
  return (attempts) => {
    for (const { provider, logicalModel: model, failure, status, outcome } of attempts) {
      if (outcome === 'skipped') continue; // It is said already.
      const matter = failure?.matter;
      if (failure === undefined || matter === undefined) continue;
      count({ provider, model, matter });
      const key = JSON.stringify([provider, model, matter]);
      if (clock.nowMs() - (loggedMs.get(key) ?? -Infinity) < quietMs) continue;
      loggedMs.set(key, clock.nowMs());
      log({ provider, model, matter, code: failure.code, status, remedy: remedies[matter] });
    }
  };
}
