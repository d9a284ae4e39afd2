import type { AnswerIdentity, RelayedText } from './inbound.ts';
import { isJsonObject } from './fields.ts';
import { withInnerMember, withMember } from './splice.ts';
import { sseFrame } from './sse.ts';

/** A provider's answer that came whole, under Sluice's id. */
export function relayWhole({ text }: RelayedText, { id }: AnswerIdentity): string {
  return withMember(text, 'id', JSON.stringify(id));
}

/**
 * An event of a provider's stream that says its type twice, under Sluice's id where it has the answer itself in it, as
 * `outer`.
 *
 * @param ownId as JSON
 */
export function relayEvent({ text, payload }: RelayedText, outer: string, ownId: string): string {
  const { type, [outer]: answer } = payload;
  const own = isJsonObject(answer) ? withInnerMember(text, [outer, 'id'], ownId) : text;
  return sseFrame(own, typeof type === 'string' ? type : undefined);
}
