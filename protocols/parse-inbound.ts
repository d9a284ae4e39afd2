import type { JsonValue } from '../domain/json.ts';
import type { Inbound, Protocol } from './request.ts';
import { inboundCodec } from './registry.ts';
import { objectOf } from './fields.ts';

/** Throws `invalid_request` where the body is not what the protocol says, or asks for what Sluice refuses. */
export type ParseInbound = (protocol: Protocol, body: JsonValue) => Inbound;

/**
 * A request's body, as it came from `JSON.parse`. Throws `invalid_request`, with the field at fault as
 * `details.param`, where it is not what the protocol says or asks for what Sluice does not serve.
 */
export function parseInbound(protocol: Protocol, body: JsonValue): Inbound {
  return inboundCodec(protocol).parseRequest(objectOf(body, ''));
}
