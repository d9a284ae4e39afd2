import type { ServerResponse } from 'node:http';
import { SluiceError } from '../../domain/errors.ts';
import type { Usage } from '../../domain/usage.ts';
import type { AnswerEnd } from '../../protocols/event.ts';
import { failureOfError, type ProviderFailure } from '../../protocols/failures/failure.ts';
import { inboundCodec } from '../../protocols/registry.ts';
import type { AnswerArgs, AnswerSummary, OpenAnswer } from './answer.ts';
import { Leaving } from './leave-signal.ts';
import type { Piece } from './piece.ts';
import { streamForm } from './stream-form.ts';
import { wholeForm } from './whole-form.ts';

/**
 * Opens the answer to a request, in the protocol that the request came in. What goes wrong is in its summary and, as far
 * as it can be, in the answer.
 */
export function openAnswer(response: ServerResponse, args: AnswerArgs): OpenAnswer {
  const { request, id, createdS } = args;
  const codec = inboundCodec(request.raw.protocol);
  const out = { response, codec, args, identity: { id, createdS, request } };
  const form = request.stream ? streamForm(out) : wholeForm(out);
  const left = new Leaving();
  const ended = Promise.withResolvers<AnswerSummary>();
  let usage: Usage | undefined;
  let over = false;

  /** The one end: nothing is written after it. */
  function settle(how: AnswerEnd | 'left'): void {
    over = true;
    form.stop();
    const disconnected = how === 'left';
    const end = disconnected ? undefined : how;
    const finish = end?.type === 'finish' ? end.reason : undefined;
    const errored = end?.type === 'error' ? end.failure : undefined;
    ended.resolve({ ok: finish !== undefined, disconnected, usage, finish, errored });
  }

  function fail(failed: ProviderFailure): AnswerEnd {
    const heard = args.asHeard(failed);
    form.fail(heard);
    return { type: 'error', failure: heard };
  }

  function end(how: AnswerEnd): void {
    if (over) return;
    if (response.destroyed) settle('left');
    else if (how.type === 'error') settle(fail(how.failure));
    else {
      const broken = form.finish(how.reason);
      settle(broken === undefined ? how : fail(broken));
    }
  }

  const close = (): void => {
    if (!over) settle('left');
    if (!response.writableFinished) left.abort();
  };
  if (response.closed) close();
  else response.once('close', close);

  return {
    left,
    ended: ended.promise,
    whenDrained: form.whenDrained,
    take(pieces: readonly Piece[]) {
      for (const { scan } of pieces) usage = scan.usage ?? usage;
      return over || form.take(pieces);
    },
    end,
    crash(error) {
      if (over) return;
      if (!(error instanceof SluiceError)) args.onUnexpected(error);
      end({ type: 'error', failure: failureOfError(error) });
      left.abort();
    },
  };
}
