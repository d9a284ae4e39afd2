import { acksOf } from '../../config-store/splits/acks-of.ts';
import type { GatewayRow } from '../../config-store/gateways/gateway-row.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { AckResult } from './contract.ts';

/** Who of the live gateways serves a version of an app's split. Throws `broken_measurement` where none is alive. */
export function ackState(gateways: readonly GatewayRow[], app: string, version: number): AckResult {
  const acks = acksOf(gateways, { app, version });
  if (acks.length === 0) {
    throw new SluiceError('broken_measurement', 'No gateway of the environment is alive.', {
      remedy: 'Start one, or see why its heartbeat does not reach the database.',
    });
  }
  const refused = acks.find((ack) => ack.state === 'refused');
  if (refused !== undefined) return { kind: 'refused', gateway: refused.gatewayId, reason: refused.reason };
  const missing = acks.filter(({ state }) => state === 'waiting').map(({ gatewayId }) => gatewayId);
  return missing.length === 0 ? { kind: 'acked' } : { kind: 'waiting', missing };
}
