import { SluiceError } from '../../domain/errors.ts';
import { createAnswerCollector } from '../../protocols/collect-answer.ts';
import { failure, type ProviderFailure } from '../../protocols/failures/failure.ts';
import type { RelayedText } from '../../protocols/inbound.ts';
import type { Form } from './answer.ts';
import { endWithin, writeFailure, writeJson, type Out } from './write-out.ts';

/** An answer that is written when all of it is there. */
export function wholeForm(out: Out): Form {
  const { response, codec, args, identity } = out;
  const collector = createAnswerCollector();
  let relayed: RelayedText | undefined;

  function bodyOf(): string {
    return relayed === undefined
      ? JSON.stringify(codec.writeWhole(collector.answer(), identity))
      : codec.relayWhole(relayed, identity);
  }

  return {
    take(pieces) {
      for (const { scan, brings } of pieces) {
        if (brings.kind === 'relayed') relayed = brings;
        else if (brings.kind === 'events') for (const event of brings.events) collector.add(event);
        if (scan.usage !== undefined) collector.add({ type: 'usage', usage: scan.usage });
        if (scan.end !== undefined) collector.add(scan.end);
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
