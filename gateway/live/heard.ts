import type { FinishReason, ModelEvent } from '../../protocols/event.ts';
import { createAnswerCollector, outputTextOf } from '../../protocols/collect-answer.ts';
import { outboundCodec } from '../../protocols/registry.ts';
import type { Protocol } from '../../protocols/request.ts';
import type { AnswerOutput } from '../answer/output.ts';
import type { Brought } from '../answer/piece.ts';

/** What of an answer went by: kept as it came, and read once it is over, when nobody waits for it any more. */
export interface Heard {
  readonly brought: Brought[];
  finishReason: FinishReason | undefined;
}

export function nothingHeard(): Heard {
  return { brought: [], finishReason: undefined };
}

/** Hands an answer on, and keeps what it brings. */
export function listening(output: AnswerOutput, heard: Heard): AnswerOutput {
  return {
    take(pieces) {
      for (const { brings } of pieces) if (brings.kind !== 'nothing') heard.brought.push(brings);
      return output.take(pieces);
    },
    whenDrained(go) {
      output.whenDrained(go);
    },
    end(end) {
      if (end.type === 'finish') heard.finishReason = end.reason;
      output.end(end);
    },
    crash(error) {
      output.crash(error);
    },
  };
}

/** The text of an answer that went by, as assertions see it: its words, else its tool calls. */
export function textHeard(
  { brought }: Heard,
  { protocol, stream }: { readonly protocol: Protocol; readonly stream: boolean },
): string {
  const codec = outboundCodec(protocol);
  const reader = codec.createStreamReader();
  const collector = createAnswerCollector();
  const eventsOf = (brings: Brought): readonly ModelEvent[] => {
    if (brings.kind === 'nothing') return [];
    if (brings.kind === 'events') return brings.events;
    return stream ? reader.read(brings.payload) : codec.readWhole(brings.payload);
  };
  for (const brings of brought) for (const event of eventsOf(brings)) collector.add(event);
  return outputTextOf(collector.answer());
}
