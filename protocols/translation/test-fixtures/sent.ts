import type { JsonObject } from '../../../domain/json.ts';
import { parseInbound } from '../../parse-inbound.ts';
import type { Protocol } from '../../request.ts';
import type { ResolvedTarget } from '../../target.ts';
import { outboundRequest } from '../outbound-request.ts';

/** The messages of a caller who says hello. */
export const hello = [{ role: 'user', content: 'Hello' }];
/** The least that each protocol takes. */
export const bodies: Record<Protocol, JsonObject> = {
  'openai-chat': { model: 'app', messages: hello },
  'openai-responses': { model: 'app', input: 'Hello' },
  'anthropic-messages': { model: 'app', max_tokens: 50, messages: hello },
};

/** A target at nobody's place. */
export function target(kind: ResolvedTarget['kind'], parameters: JsonObject = {}): ResolvedTarget {
  const timeoutsMs = { connect: 1, firstContent: 1, idle: 1 };
  return { provider: 'p', kind, baseUrl: 'http://p', model: 'm', logicalModel: 'm', parameters, timeoutsMs };
}

/** What a target is sent of a request that came in by a protocol. */
export function sent(
  from: Protocol,
  more: JsonObject,
  kind: ResolvedTarget['kind'],
  parameters?: JsonObject,
): JsonObject {
  const outbound = outboundRequest(
    parseInbound(from, { ...bodies[from], ...more }).request,
    target(kind, parameters),
  );
  if (outbound.kind === 'refused') throw new Error(outbound.failure.message);
  return outbound.body;
}
