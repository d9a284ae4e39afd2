import type { JsonObject } from '../domain/json.ts';
import type { Protocol } from './request.ts';

/** A request for a gateway, in the protocol that its caller speaks. */
export interface GatewayRequest {
  readonly protocol: Protocol;
  readonly body: JsonObject;
  /** What the caller says in headers of the request's content. */
  readonly headers: Readonly<Record<string, string>>;
}
