import type { GatewayRow } from '../gateways/gateway-row.ts';

/** What a live gateway says of a split version: it serves that or a later one, refuses it, or has not said yet. */
export type GatewayAck =
  | { gatewayId: string; state: 'serving' }
  | { gatewayId: string; state: 'refused'; reason: string }
  | { gatewayId: string; state: 'waiting' };

/** What each live gateway says of a version of an app's split; empty where none is alive. */
export function acksOf(
  gateways: readonly GatewayRow[],
  { app, version }: { app: string; version: number },
): GatewayAck[] {
  return gateways
    .filter(({ live }) => live)
    .map(({ gatewayId, acks, refusals }) => {
      const refusal = refusals[app];
      if (refusal?.version === version) return { gatewayId, state: 'refused', reason: refusal.reason };
      return { gatewayId, state: (acks[app] ?? 0) < version ? 'waiting' : 'serving' };
    });
}
