import type { GatewayRow } from '../config-store/types.ts';
import { SluiceError } from '../domain/errors.ts';
import type { AckResult } from './contract.ts';

/** Who of the live gateways serves a version of an app's split. Throws `broken_measurement` where none is alive. */
export function ackState(gateways: readonly GatewayRow[], app: string, version: number): AckResult {
  const live = gateways.filter((gateway) => gateway.live);
  if (live.length === 0) {
    throw new SluiceError('broken_measurement', 'No gateway of the environment is alive.', {
      remedy: 'Start one, or see why its heartbeat does not reach the database.',
    });
  }
  for (const { gatewayId, refusals } of live) {
    const refusal = refusals[app];
    if (refusal?.version === version) return { kind: 'refused', gateway: gatewayId, reason: refusal.reason };
  }
  const missing = live.filter(({ acks }) => (acks[app] ?? 0) < version).map(({ gatewayId }) => gatewayId);
  return missing.length === 0 ? { kind: 'acked' } : { kind: 'waiting', missing };
}
