import type { FaultKind } from './faults.ts';

/** How a request to a model ended. `aborted`: the caller left before the answer was whole. */
export type CallOutcome =
  'ok' | 'aborted' | 'invalid_request' | 'unauthorized' | 'model_not_found' | FaultKind;

export interface Stats {
  count(model: string, outcome: CallOutcome): void;
  /** Requests by model and outcome since the start. */
  snapshot(): Record<string, Partial<Record<CallOutcome, number>>>;
}

export function createStats(): Stats {
  const counts = new Map<string, Map<CallOutcome, number>>();
  return {
    count(model, outcome) {
      const ofModel = counts.get(model) ?? new Map<CallOutcome, number>();
      counts.set(model, ofModel.set(outcome, (ofModel.get(outcome) ?? 0) + 1));
    },
    snapshot: () =>
      Object.fromEntries([...counts].map(([model, ofModel]) => [model, Object.fromEntries(ofModel)])),
  };
}
