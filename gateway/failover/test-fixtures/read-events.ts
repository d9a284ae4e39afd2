import type { AnswerEnd, ModelEvent } from '../../../protocols/event.ts';
import type { Answered } from '../read-to-end.ts';

/** All events of an answer that was not to be relayed. */
export async function readEvents(answered: Answered): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  const end = await new Promise<AnswerEnd>((resolve, reject) => {
    answered.flowTo({
      take(pieces) {
        for (const { scan, brings } of pieces) {
          if (brings.kind === 'events') events.push(...brings.events);
          if (scan.usage !== undefined) events.push({ type: 'usage', usage: scan.usage });
        }
        return true;
      },
      whenDrained: () => undefined,
      end: resolve,
      crash: reject,
    });
  });
  return [...events, end];
}
