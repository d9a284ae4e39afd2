import type { GatewayRow } from '../../config-store/gateways/gateway-row.ts';
import { ackState } from './ack-state.ts';

const gateway = (gatewayId: string, more: Partial<GatewayRow> = {}): GatewayRow => ({
  ...{
    gatewayId,
    bootId: 'b',
    environment: 'production',
    acks: { bank: 5 },
    refusals: {},
    ahead: {},
    fingerprint: {},
  },
  ...{ startedAt: '2026-01-01T00:00:00Z', heartbeatAgeMs: 10, live: true, endedCleanly: false },
  ...more,
});

describe('the acks of a version', () => {
  it('are there when every live gateway serves it, or a later one', () => {
    expect(ackState([gateway('a'), gateway('b', { acks: { bank: 6 } })], 'bank', 5)).toEqual({
      kind: 'acked',
    });
  });

  it('name the live gateways that do not, and wait for no dead one', () => {
    const gateways = [gateway('a'), gateway('b', { acks: {} }), gateway('c', { acks: {}, live: false })];
    expect(ackState(gateways, 'bank', 5)).toEqual({ kind: 'waiting', missing: ['b'] });
  });

  it('end with a refusal of this very version', () => {
    const refusing = (version: number) =>
      gateway('b', { acks: {}, refusals: { bank: { version, reason: 'no index' } } });
    expect(ackState([gateway('a'), refusing(5)], 'bank', 5)).toEqual({
      kind: 'refused',
      gateway: 'b',
      reason: 'no index',
    });
    expect(ackState([gateway('a'), refusing(4)], 'bank', 5)).toEqual({ kind: 'waiting', missing: ['b'] });
  });

  it('are an error where no gateway is alive', () => {
    expect(() => ackState([gateway('a', { live: false })], 'bank', 5)).toThrow(/No gateway/);
  });
});
