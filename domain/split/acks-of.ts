/** What a live gateway says of a split version: it serves that or a later one, refuses it, or has not said yet. */
export type GatewayAck =
  | { readonly gatewayId: string; readonly state: 'serving' }
  | { readonly gatewayId: string; readonly state: 'refused'; readonly reason: string }
  | { readonly gatewayId: string; readonly state: 'waiting' };

/** What has to be known of a gateway for that. */
export interface AckingGateway {
  readonly gatewayId: string;
  /** Its heartbeat is fresh, and it has not ended. */
  readonly live: boolean;
  /** The split version that it serves, by app. */
  readonly acks: Readonly<Record<string, number>>;
  readonly refusals: Readonly<Record<string, { readonly version: number; readonly reason: string }>>;
}

/** What each live gateway says of a version of an app's split; empty where none is alive. */
export function acksOf(
  gateways: readonly AckingGateway[],
  { app, version }: { readonly app: string; readonly version: number },
): GatewayAck[] {
  return gateways
    .filter(({ live }) => live)
    .map(({ gatewayId, acks, refusals }) => {
      const refusal = refusals[app];
      if (refusal?.version === version) return { gatewayId, state: 'refused', reason: refusal.reason };
      return { gatewayId, state: (acks[app] ?? 0) < version ? 'waiting' : 'serving' };
    });
}
