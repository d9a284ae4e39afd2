import type { ArmCounterRow } from '../../../config-store/gateway-view/types.ts';
import { horizons, type ArmCounts, type Horizon } from '../../../domain/guardrail/arm-counts.ts';
import { countingOfNamed, judgedGuardrails } from '../../../domain/guardrail/registry.ts';
import type { Plan } from '../../../domain/release/plan.ts';
import type { Arm, Counting } from '../../../domain/split/split.ts';
import { timerOn, type Clock } from '../../../gateway/clock.ts';
import { createChargedSubjects, type ChargedSubjects } from '../../../gateway/telemetry/charged-subjects.ts';
import type { CountedRequest } from '../../../gateway/telemetry/counted-request.ts';
import { createCounters, type Counters } from '../../../gateway/telemetry/counters.ts';
import { createObservations, type Observations } from '../../../gateway/telemetry/observations.ts';
import type { Random } from '../random.ts';
import type { LookFound, MeanBounds } from './judged-release.ts';
import type { Period, Traffic } from './play-release.ts';

/** A clock whose seconds are walked through: what is due in a second is done at its end. */
interface SteppedClock extends Clock {
  /** Goes to a moment of the present second: nothing is called back. */
  moveTo(atMs: number): void;
  /** Goes on to the end of the second that begins at `atMs`. */
  pass(atMs: number): void;
}

function createSteppedClock(): SteppedClock {
  let nowMs = 0;
  const due = new Map<number, (() => void)[]>();
  const schedule: Clock['schedule'] = (delayMs, callback) => {
    const second = Math.ceil((nowMs + delayMs) / 1_000);
    const callbacks = due.get(second);
    if (callbacks === undefined) due.set(second, [callback]);
    else callbacks.push(callback);
    return () => undefined;
  };
  return {
    nowMs: () => nowMs,
    epochMs: () => nowMs,
    schedule,
    timer: (delayMs, callback) => timerOn({ schedule }, delayMs, callback),
    moveTo: (atMs) => {
      nowMs = atMs;
    },
    pass(atMs) {
      nowMs = atMs + 1_000;
      const second = Math.ceil(nowMs / 1_000);
      const callbacks = due.get(second) ?? [];
      due.delete(second);
      for (const callback of callbacks) callback();
    },
  };
}

/** One gateway process: its own counters, and the charges that it hears of from the others. */
interface GatewayProcess {
  readonly clock: SteppedClock;
  readonly counters: Counters;
  readonly observations: Observations;
  /** What it had flushed last, by version and arm. */
  readonly flushed: Map<string, ArmCounts['guardrails']>;
}

/** What comes to the gateways. */
export interface Visit {
  readonly subjectHash: string;
  readonly arm: Arm;
  /** What becomes of it, on a clock that stands at its start. */
  readonly become: (request: CountedRequest, clock: Pick<SteppedClock, 'moveTo' | 'nowMs'>) => void;
}

export interface GatewaysOptions {
  readonly random: Random;
  readonly plan: Plan;
  readonly gateways: number;
  readonly counting: Counting;
  readonly bounds: MeanBounds;
  /** Of one second. */
  readonly visits: (second: Period) => readonly Visit[];
  /** The chance that a gateway dies in a second, with what it has not settled; another one takes its place. */
  readonly dies: number;
}

/**
 * Requests that are counted by the gateways' own state machines: settled at both horizons, subjects charged once, numbers
 * observed. Gateways flush with every look and hear of each other's charges at once; what a gateway that dies has not
 * settled is in neither arm.
 */
export function createGatewayTraffic(options: GatewaysOptions): Traffic {
  const { random, counting, visits, dies } = options;
  const charged = createChargedSubjects();
  const found = createFound();
  const known = new Set<string>();
  const isFirstUnit = (unit: string): boolean => known.size < known.add(unit).size;
  const live = Array.from({ length: options.gateways }, () => startGateway(charged, 0));
  const exposed = new Map<number, number>();
  const silentGuardrails = silence(options);
  let candidateRequests = 0;

  const flush = (gateway: GatewayProcess): void => {
    for (const row of gateway.counters.takeChanged()) found.addRow(row, gateway.flushed);
    for (const row of charged.takePending()) {
      const { splitVersion, arm, guardrail: counter } = row;
      if ('horizon' in row)
        found.add({ splitVersion, arm, counter, horizon: row.horizon }, { exposed: 0, bad: 1 });
      else if (isFirstUnit(`${counter}/${splitVersion}/${row.subjectHash}`))
        found.add({ splitVersion, arm, counter, horizon: 'long' }, { exposed: 1, bad: Number(row.bad) });
    }
    for (const { arm, guardrail, value } of gateway.observations.takePending())
      if (value !== undefined) found.observe(guardrail, { arm, value });
  };
  return {
    bounds: options.bounds,
    pass(second) {
      for (const [i, gateway] of live.entries()) {
        gateway.clock.moveTo(second.fromMs);
        if (random.uniform() >= dies) continue;
        flush(gateway);
        live[i] = startGateway(charged, second.fromMs);
      }
      for (const { subjectHash, arm, become } of visits(second)) {
        const gateway = live[Math.floor(random.uniform() * live.length)];
        if (gateway === undefined) continue;
        const startedMs = second.fromMs + 1_000 * random.uniform();
        gateway.clock.moveTo(startedMs);
        if (arm === 'candidate') {
          candidateRequests += 1;
          exposed.set(second.splitVersion, (exposed.get(second.splitVersion) ?? 0) + 1);
        }
        const request = gateway.counters.admit({
          ...{ app: 'bank', splitVersion: second.splitVersion, arm, counting, subjectHash },
          ...{ totalTimeoutMs: 60_000, startedMs, weight: 100 * second.weight },
        });
        become(request, gateway.clock);
        gateway.clock.moveTo(second.fromMs);
      }
      for (const gateway of live) gateway.clock.pass(second.fromMs);
    },
    exposed: (splitVersion) => exposed.get(splitVersion) ?? 0,
    candidateRequests: () => candidateRequests,
    found({ splitVersion }) {
      live.forEach(flush);
      return { ...found.take(), dryRuns: silentGuardrails(found.units, splitVersion) };
    },
  };
}

function startGateway(charged: ChargedSubjects, atMs: number): GatewayProcess {
  const clock = createSteppedClock();
  clock.moveTo(atMs);
  const observations = createObservations(clock);
  const counters = createCounters({ clock, charged, observations });
  return { clock, counters, observations, flushed: new Map() };
}

interface Place {
  readonly splitVersion: number;
  readonly arm: Arm;
  readonly counter: string;
  readonly horizon: Horizon;
}

/** What was counted and observed since it was taken last, over all gateways. */
function createFound() {
  let counts: Record<string, Record<Horizon, Row[]>> = {};
  let means: Record<string, { readonly arm: Arm; readonly value: number }[]> = {};
  const units = new Map<string, number>();
  const add = (
    { splitVersion, arm, counter, horizon }: Place,
    more: { exposed: number; bad: number },
  ): void => {
    const rows = (counts[counter] ??= { short: [], long: [] })[horizon];
    let row = rows.find((each) => each.splitVersion === splitVersion);
    if (row === undefined) {
      row = { splitVersion, candidateExposed: 0, candidateBad: 0, stableExposed: 0, stableBad: 0 };
      rows.push(row);
    }
    if (arm === 'candidate') {
      row.candidateExposed += more.exposed;
      row.candidateBad += more.bad;
      const key = `${splitVersion}/${counter}`;
      if (horizon === 'long') units.set(key, (units.get(key) ?? 0) + more.exposed);
    } else {
      row.stableExposed += more.exposed;
      row.stableBad += more.bad;
    }
  };
  return {
    add,
    /** The candidate's units at the long horizon, by version and counter. */
    units: (splitVersion: number, counter: string) => units.get(`${splitVersion}/${counter}`) ?? 0,
    addRow(
      { splitVersion, arm, counts: { guardrails } }: ArmCounterRow,
      flushed: GatewayProcess['flushed'],
    ): void {
      if (arm === 'lease-expired') return;
      const before = flushed.get(`${splitVersion}/${arm}`) ?? {};
      flushed.set(`${splitVersion}/${arm}`, guardrails);
      for (const [counter, of] of Object.entries(guardrails))
        for (const horizon of horizons) {
          const known = before[counter]?.[horizon] ?? { exposed: 0, bad: 0 };
          const more = { exposed: of[horizon].exposed - known.exposed, bad: of[horizon].bad - known.bad };
          if (more.exposed > 0 || more.bad > 0) add({ splitVersion, arm, counter, horizon }, more);
        }
    },
    observe(guardrail: string, observation: { readonly arm: Arm; readonly value: number }): void {
      (means[guardrail] ??= []).push(observation);
    },
    take(): Pick<LookFound, 'counts' | 'means'> {
      const taken = { counts, means };
      [counts, means] = [{}, {}];
      return taken;
    },
  };
}

interface Row {
  readonly splitVersion: number;
  candidateExposed: number;
  candidateBad: number;
  stableExposed: number;
  stableBad: number;
}

/** Which guardrails decide nothing at a look, as the guardrails say themselves. */
function silence({ plan, counting }: Pick<GatewaysOptions, 'plan' | 'counting'>) {
  const judged = judgedGuardrails(plan).map(({ name, guardrail, counters }) => ({
    ...{ name, guardrail, counters },
    counting: countingOfNamed(counting, { name, kind: guardrail.name }),
  }));
  const arm = { admitted: 1_000, tokensIn: 0, tokensCached: 0 };
  return (
    units: (splitVersion: number, counter: string) => number,
    splitVersion: number,
  ): ReadonlySet<string> =>
    new Set(
      judged.flatMap(({ name, guardrail, counters, counting: of }) => {
        const candidateUnits = Object.fromEntries(
          counters.map((counter) => [counter.ofKind, units(splitVersion, counter.name)]),
        );
        const facts = { counting: of, candidate: arm, stable: arm, candidateUnits, heldMs: 0 };
        return guardrail.dryRun?.(facts) === undefined ? [] : [name];
      }),
    );
}
