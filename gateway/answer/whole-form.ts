import { SluiceError } from '../../domain/errors.ts';
import { createAnswerCollector, type AnswerCollector } from '../../protocols/collect-answer.ts';
import { failure, type ProviderFailure } from '../../protocols/failures/failure.ts';
import type { RelayedText } from '../../protocols/inbound.ts';
import type { Form } from './answer.ts';
import type { Piece } from './piece.ts';
import { endWithin, writeFailure, writeJson, type Out } from './write-out.ts';

/** An answer that is written when all of it is there. */
export function wholeForm(out: Out): Form {
  const { response, codec, args, identity } = out;
  let collector: AnswerCollector | undefined;
  let relayed: RelayedText | undefined;

  function collect({ scan, brings }: Piece): void {
    collector ??= createAnswerCollector();
    if (brings.kind === 'events') for (const event of brings.events) collector.add(event);
    if (scan.usage !== undefined) collector.add({ type: 'usage', usage: scan.usage });
    if (scan.end !== undefined) collector.add(scan.end);
  }

  function bodyOf(): string {
    if (relayed !== undefined) return codec.relayWhole(relayed, identity);
    const collected = collector ?? createAnswerCollector();
    return JSON.stringify(codec.writeWhole(collected.answer(), identity));
  }

  return {
    take(pieces) {
      for (const piece of pieces) {
        if (piece.brings.kind === 'relayed') relayed = piece.brings;
        else collect(piece);
      }
      return true;
    },
    whenDrained: (go) => {
      go();
    },
    finish() {
      const body = attempt(bodyOf);
      if (typeof body !== 'string') return body;
      writeJson(response, 200, args.headers(), body);
      endWithin(out);
      return undefined;
    },
    fail(failed) {
      writeFailure(out, failed);
    },
    stop: () => undefined,
  };
}

/** What a model wrote may not fit the protocol: that is the provider's answer being broken. */
function attempt(write: () => string): string | ProviderFailure {
  try {
    return write();
  } catch (error) {
    if (error instanceof SluiceError) return failure('broken', error.message);
    throw error;
  }
}
