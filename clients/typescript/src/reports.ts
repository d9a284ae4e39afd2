import type { Gateways } from './gateways.ts';
import { createSender, type Item, type Kind } from './send-reports.ts';
import type { Feedback, Outcome, Reported } from './told.ts';

/** Outcomes and feedback on their way. */
export interface Reports {
  outcome(decision: Reported, outcome: Outcome): void;
  feedback(decision: Reported, feedback: Feedback): void;
  /** What waits to be taken, and what was given up: too much waited, it was too old, or gateways refused it. */
  counts(): { readonly waiting: number; readonly dropped: number };
  /** Sends what waits; resolves when all was taken or given up, or when gateways do not take it. */
  flush(): Promise<void>;
}

export interface ReportParts {
  readonly gateways: Pick<Gateways, 'post'>;
  readonly client: string;
  readonly nowMs: () => number;
  readonly onError: (error: unknown) => void;
}

const most = 10_000;
const batchSize = 200;
/** Half of what gateways take: the split may have been told long before the decision. */
const oldestMs = 12 * 60 * 60 * 1000;

/**
 * What is told waits in memory until a gateway has taken it, whichever: decisions have names, and each counts once, so what
 * may or may not have come through is sent again. The newest 10,000 are kept.
 */
export function createReports({ gateways, client, nowMs, onError }: ReportParts): Reports {
  let waiting: Item[] = [];
  let dropped = 0;
  let underWay: Promise<void> = Promise.resolve();
  const drop = (count: number, why: unknown): void => {
    dropped += count;
    onError(why);
  };
  const add = (item: Item): void => {
    waiting.push(item);
    if (waiting.length > most) {
      waiting = waiting.slice(-most);
      drop(1, new Error('Too many reports wait for a gateway: the oldest was dropped.'));
    }
  };
  const send = createSender({ gateways, client, nowMs, drop });
  const flushKind = async (to: Kind): Promise<void> => {
    for (;;) {
      const items = waiting.filter((item) => item.to === to).slice(0, batchSize);
      if (items.length === 0) return;
      await send(to, items);
      const gone = new Set<Item>(items);
      waiting = waiting.filter((item) => !gone.has(item));
    }
  };
  const flushAll = async (): Promise<void> => {
    const old = waiting.filter(({ decidedMs }) => nowMs() - decidedMs > oldestMs);
    if (old.length > 0) {
      waiting = waiting.filter((item) => !old.includes(item));
      drop(old.length, new Error('Reports that are older than 12 hours were dropped.'));
    }
    // Feedback is judged with its decision's outcome: that goes first.
    await flushKind('outcomes');
    await flushKind('feedback');
  };
  return {
    outcome: ({ proof, decidedMs }, outcome) => {
      add({ to: 'outcomes', proof, decidedMs, outcome });
    },
    feedback: ({ proof, decidedMs }, feedback) => {
      add({ to: 'feedback', proof, decidedMs, feedback });
    },
    counts: () => ({ waiting: waiting.length, dropped }),
    flush() {
      underWay = underWay.then(flushAll).catch(onError);
      return underWay;
    },
  };
}
