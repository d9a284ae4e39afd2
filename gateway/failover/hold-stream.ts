import type { ModelEvent } from '../../protocols/event.ts';
import type { ProviderFailure } from '../../protocols/failures/failure.ts';
import { isContent } from '../providers/call-provider.ts';

export type HeldStream =
  | {
      readonly kind: 'content';
      /** All events, those that were held as well. `onEnd` is told a failure, or that there was none. */
      resume(onEnd: (failure: ProviderFailure | undefined) => void): AsyncGenerator<ModelEvent>;
    }
  | { readonly kind: 'failed'; readonly failure: ProviderFailure };

/** Reads a stream up to its first content, or its finish: until then another target may still answer. */
export async function holdStream(events: AsyncGenerator<ModelEvent>): Promise<HeldStream> {
  const held: ModelEvent[] = [];
  for (;;) {
    const next = await events.next();
    if (next.done === true) throw new Error('A provider call ended without finish or error.');
    const event = next.value;
    if (event.type === 'error') {
      await events.return(undefined);
      return { kind: 'failed', failure: event.failure };
    }
    held.push(event);
    if (isContent(event) || event.type === 'finish') {
      return { kind: 'content', resume: (onEnd) => resume(held, events, onEnd) };
    }
  }
}

async function* resume(
  held: readonly ModelEvent[],
  events: AsyncGenerator<ModelEvent>,
  onEnd: (failure: ProviderFailure | undefined) => void,
): AsyncGenerator<ModelEvent> {
  let broken: ProviderFailure | undefined;
  try {
    yield* held;
    for await (const event of events) {
      if (event.type === 'error') broken = event.failure;
      yield event;
    }
  } finally {
    await events.return(undefined);
    onEnd(broken);
  }
}
