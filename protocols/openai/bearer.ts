import type { UnsignedRequest } from '../outbound.ts';

/** A key that is sent as it is. */
export function bearer(_request: UnsignedRequest, apiKey: string): Record<string, string> {
  return { authorization: `Bearer ${apiKey}` };
}
