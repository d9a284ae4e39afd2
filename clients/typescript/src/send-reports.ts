import type { Proof } from './decider.ts';
import { isFinal, type Gateways } from './gateways.ts';
import type { Feedback, Outcome } from './told.ts';

/** Something that is told of a decision, to one of two routes. */
export type Item = { readonly proof: Proof; readonly decidedMs: number } & (
  | { readonly to: 'outcomes'; readonly outcome: Outcome }
  | { readonly to: 'feedback'; readonly feedback: Feedback }
);
export type Kind = Item['to'];

export interface SenderParts {
  readonly gateways: Pick<Gateways, 'post'>;
  readonly client: string;
  readonly nowMs: () => number;
  /** So many were refused for good. */
  readonly drop: (count: number, why: unknown) => void;
}

/**
 * Sends items of one kind. Outcomes are taken as a whole or not at all: of some that are refused the faulty ones are found by
 * halving. Throws where no gateway takes them now.
 */
export function createSender({ gateways, client, nowMs, drop }: SenderParts) {
  let sent = 0;
  const post = async (to: Kind, items: readonly Item[]): Promise<void> => {
    if (to === 'outcomes') {
      sent += 1;
      const outcomes = items.flatMap((item) =>
        item.to === to ? [{ decision: item.proof, ...item.outcome }] : [],
      );
      await gateways.post('/v1/outcomes', { batch: `${client}/${sent}`, outcomes });
      return;
    }
    const told = items.flatMap((item) =>
      item.to === to ? [{ decision: item.proof, ageMs: nowMs() - item.decidedMs, ...item.feedback }] : [],
    );
    const answer = await gateways.post('/v1/feedback', { items: told });
    for (const why of refusalsOf(answer)) drop(1, new Error(`A gateway refused feedback: ${why}`));
  };
  const send = async (to: Kind, items: readonly Item[]): Promise<void> => {
    try {
      await post(to, items);
    } catch (error) {
      if (!isFinal(error)) throw error;
      if (items.length === 1) {
        drop(1, error);
        return;
      }
      const middle = Math.ceil(items.length / 2);
      await send(to, items.slice(0, middle));
      await send(to, items.slice(middle));
    }
  };
  return send;
}

function refusalsOf(answer: unknown): string[] {
  if (typeof answer !== 'object' || answer === null || !('items' in answer) || !Array.isArray(answer.items))
    return [];
  return (answer.items as { readonly status: string; readonly why?: string }[]).flatMap(({ status, why }) =>
    status === 'refused' ? [why ?? ''] : [],
  );
}
