import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { flushCounters } from '../../config-store/gateway-view/flush-counters.ts';
import { heartbeat } from '../../config-store/gateway-view/heartbeat.ts';
import { readGatewayView } from '../../config-store/gateway-view/read-gateway-view.ts';
import type { ArmCounterRow } from '../../config-store/looks/counted.ts';
import { horizons, noArmCounts, noHorizonCounts } from '../../domain/guardrail/arm-counts.ts';
import { errors } from '../../domain/guardrail/errors.ts';
import { guardrails } from '../../domain/guardrail/registry.ts';
import { judgedShareOf } from '../../domain/split/audience.ts';
import type { Arm } from '../../domain/split/split.ts';

const environment = 'production';
const tickMs = 50;

export interface PlayedTraffic {
  /** Requests of an arm in a tick of 50 ms, and how many of them fail. */
  exposed: number;
  bad: number;
}

export interface PlayedGateway {
  readonly id: string;
  /** What it says and counts from now on. */
  behaviour: {
    acks: boolean;
    refuses?: string;
    traffic: (arm: Arm, weight: number) => PlayedTraffic;
  };
  /** Stops as a killed process does: no last flush, no farewell. */
  kill(): Promise<void>;
  /** Ends in an orderly way. */
  end(): Promise<void>;
}

/** Even traffic, on the arms as the weight says, without errors. */
export const goodTraffic = (arm: Arm, weight: number): PlayedTraffic => ({
  exposed: arm === 'candidate' ? (weight === 0 ? 0 : 5) : besideFive(weight),
  bad: 0,
});

/** As much of it, and all that the candidate answers is an error. */
export const failingTraffic = (arm: Arm, weight: number): PlayedTraffic => {
  const { exposed } = goodTraffic(arm, weight);
  return { exposed, bad: arm === 'candidate' ? exposed : 0 };
};

/** Requests of stable beside five of the candidate. */
function besideFive(weight: number): number {
  if (weight === 0) return 20;
  return weight === 100 ? 0 : Math.max(1, Math.round((5 * (100 - weight)) / weight));
}

/**
 * A gateway as the control plane sees it: rows of heartbeats, acks and counters, written as a real one does. It serves one
 * app, or those that are in a list by then.
 */
export function playGateway(
  db: Pool,
  served: string | readonly string[],
  traffic = goodTraffic,
): PlayedGateway {
  const id = `gateway-${randomUUID().slice(0, 8)}`;
  const bootId = randomUUID();
  const counted = new Map<string, ArmCounterRow>();
  const behaviour: PlayedGateway['behaviour'] = { acks: true, traffic };
  let sequence = 0;
  const beat = async (ended: boolean): Promise<void> => {
    const { apps } = await readGatewayView(db, { environment });
    const splits = [served].flat().flatMap((app) => {
      const { split, guard } = apps[app] ?? {};
      // A guard goes on with the share and the counting of the last step.
      const { counting } = guard ?? split ?? {};
      if (split === undefined) return [];
      // Of an audience its members alone are counted, by its own share.
      return [{ ...split, weight: guard?.weight ?? judgedShareOf(split), counting, app }];
    });
    if (splits.length === 0) return;
    const { refuses: reason } = behaviour;
    const perApp = <T>(say: (split: { version: number }) => T): Record<string, T> =>
      Object.fromEntries(splits.map(({ app, version }) => [app, say({ version })]));
    await heartbeat(db, {
      ...{ gatewayId: id, bootId, environment, fingerprint: {}, ended },
      acks: behaviour.acks ? perApp(({ version }) => version) : {},
      refusals: reason === undefined ? {} : perApp(({ version }) => ({ version, reason })),
    });
    const counting = splits.filter((split) => split.counting !== undefined);
    if (counting.length === 0 || ended) return;
    for (const { app, version: splitVersion, weight } of counting) {
      for (const arm of ['candidate', 'stable'] as const) {
        count(counted, { app, splitVersion, arm }, behaviour.traffic(arm, weight));
      }
    }
    sequence += 1;
    await flushCounters(db, {
      ...{ gatewayId: id, bootId, environment, sequence, charges: [], seen: [] },
      counters: [...counted.values()],
    });
  };
  let underWay = Promise.resolve();
  let beating = false;
  const timer = setInterval(() => {
    if (beating) return; // As a real one: what takes longer than its time is not done twice at once, nor later.
    beating = true;
    underWay = beat(false)
      .catch(() => undefined) // As a real one: it tries again.
      .finally(() => (beating = false));
  }, tickMs);
  const kill = (): Promise<void> => {
    clearInterval(timer);
    return underWay;
  };
  return {
    id,
    behaviour,
    kill,
    async end() {
      await kill();
      await beat(true);
    },
  };
}

/** Gateways that a test plays, which end with it. Call it at the top of the file. */
export function usePlayedGateways(): typeof playGateway {
  const gateways: PlayedGateway[] = [];
  afterEach(async () => {
    await Promise.all(gateways.splice(0).map((gateway) => gateway.end()));
  });
  return (...args) => {
    const gateway = playGateway(...args);
    gateways.push(gateway);
    return gateway;
  };
}

function count(
  counted: Map<string, ArmCounterRow>,
  row: Omit<ArmCounterRow, 'counts'>,
  { exposed, bad }: PlayedTraffic,
): void {
  const key = `${row.app}/${row.splitVersion}/${row.arm}`;
  const { counts } = counted.get(key) ?? { counts: noArmCounts() };
  counts.admitted += exposed;
  for (const counter of guardrails.flatMap(({ counters }) => counters)) {
    const counted = (counts.guardrails[counter] ??= noHorizonCounts());
    for (const horizon of horizons) {
      counted[horizon].exposed += exposed;
      if (counter === errors.name) counted[horizon].bad += bad;
    }
  }
  counted.set(key, { ...row, counts });
}
