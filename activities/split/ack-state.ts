import { acksOf, type AckingGateway } from '../../domain/split/acks-of.ts';
import { SluiceError } from '../../domain/errors.ts';
import { notYet } from '../looks/failures.ts';
import type { AckResult } from './contract.ts';

const ackTimeoutMs = 30_000;

/** Who of the live gateways serves a version of an app's split. Throws `broken_measurement` where none is alive. */
export function ackState(gateways: readonly AckingGateway[], app: string, version: number): AckResult {
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

/** The same for who polls: throws `notYet` while some are missing, and names them where that has lasted too long. */
export function awaitedAcks(
  gateways: readonly AckingGateway[],
  {
    app,
    version,
    askedForMs,
  }: { readonly app: string; readonly version: number; readonly askedForMs: number },
): AckResult {
  const state = ackState(gateways, app, version);
  if (state.kind === 'waiting' && askedForMs < ackTimeoutMs)
    throw notYet(`${state.missing.join(', ')} to serve version ${version}`);
  return state;
}
