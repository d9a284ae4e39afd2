import { Gauge, type Registry } from 'prom-client';
import type { Health } from '../domain/release/health.ts';
import { conditions } from '../domain/release/health-findings.ts';

type ReleaseHealth = Pick<
  Health,
  'condition' | 'weight' | 'audience' | 'lookAgeMs' | 'leaseLeftMs' | 'callersWord' | 'workflow'
> & {
  readonly app: string;
  readonly environment: string;
};

/** A number of each open release; it is not shown of those where it is undefined. */
interface ReleaseNumber {
  readonly name: string;
  readonly help: string;
  readonly of: (release: ReleaseHealth) => number | undefined;
}

const releaseNumbers: readonly ReleaseNumber[] = [
  {
    name: 'sluice_release_look_age_seconds',
    help: 'Since the newest valid look',
    of: ({ lookAgeMs }) => secondsOf(lookAgeMs),
  },
  {
    name: 'sluice_release_lease_left_seconds',
    help: 'Until gateways serve stable only',
    of: ({ weight, audience, leaseLeftMs = 0 }) =>
      weight.set > 0 || audience !== undefined ? secondsOf(leaseLeftMs) : undefined,
  },
  {
    name: 'sluice_release_held_by_callers',
    help: 'Whether what callers choose or say alone keeps the release from passing',
    of: ({ callersWord }) => (callersWord === undefined ? 0 : 1),
  },
  {
    name: 'sluice_release_task_failing_seconds',
    help: 'For how long no worker could complete a task of its workflow',
    of: ({ workflow }) => secondsOf(workflow?.failing?.forMs ?? 0),
  },
  {
    name: 'sluice_release_pollers',
    help: 'Workers at the task queue of an open release',
    of: ({ workflow }) => workflow?.pollers,
  },
  {
    name: 'sluice_release_evaluators',
    help: 'Evaluation workers that wait for cases of an open release',
    of: ({ workflow }) => workflow?.evaluators,
  },
  {
    name: 'sluice_release_backlog_seconds',
    help: 'How long the oldest task of its queue waits',
    of: ({ workflow }) => secondsOf(workflow?.backlogMs),
  },
];

/** How open releases are, for Prometheus: read from the database at each scrape, so that it is true while workers are dead. */
export function createHealthMetrics(
  registry: Registry,
  readHealth: () => Promise<readonly ReleaseHealth[]>,
): { refresh(): Promise<void> } {
  const readable = new Gauge({
    name: 'sluice_release_health_readable',
    help: 'Whether the health of releases could be read',
    registers: [registry],
  });
  const gauges = [
    conditionGauge(registry),
    weightGauge(registry),
    audienceGauge(registry),
    ...releaseNumbers.map((number) => numberGauge(registry, number)),
  ];
  return {
    async refresh() {
      for (const { gauge } of gauges) gauge.reset();
      try {
        for (const release of await readHealth()) for (const { show } of gauges) show(release);
        readable.set(1);
      } catch {
        // The metric says it, and an alert stands on it: a scrape must not fail for that.
        readable.set(0);
      }
    },
  };
}

/** A gauge, and how it shows a release. */
interface ReleaseGauge {
  readonly gauge: Gauge;
  readonly show: (release: ReleaseHealth) => void;
}

const ofRelease = ['app', 'environment'] as const;

function numberGauge(registry: Registry, { name, help, of }: ReleaseNumber): ReleaseGauge {
  const gauge = new Gauge({ name, help, labelNames: ofRelease, registers: [registry] });
  return {
    gauge,
    show(release) {
      const { app, environment } = release;
      const value = of(release);
      if (value !== undefined) gauge.set({ app, environment }, value);
    },
  };
}

function conditionGauge(registry: Registry): ReleaseGauge {
  const gauge = new Gauge({
    name: 'sluice_release_condition',
    help: 'How an open release is: 1 for the one that holds',
    labelNames: [...ofRelease, 'condition'],
    registers: [registry],
  });
  return {
    gauge,
    show({ app, environment, condition: holds }) {
      for (const condition of conditions)
        gauge.set({ app, environment, condition }, condition === holds ? 1 : 0);
    },
  };
}

function weightGauge(registry: Registry): ReleaseGauge {
  const gauge = new Gauge({
    name: 'sluice_release_weight_percent',
    help: 'Share of the candidate as set and as served',
    labelNames: [...ofRelease, 'of'],
    registers: [registry],
  });
  return {
    gauge,
    show({ app, environment, weight: { set, served } }) {
      gauge.set({ app, environment, of: 'set' }, set);
      if (served !== null) gauge.set({ app, environment, of: 'served' }, served);
    },
  };
}

function audienceGauge(registry: Registry): ReleaseGauge {
  const gauge = new Gauge({
    name: 'sluice_release_audience_percent',
    help: 'Share of the audience that has the candidate before all others, as set and as served',
    labelNames: [...ofRelease, 'of'],
    registers: [registry],
  });
  return {
    gauge,
    show({ app, environment, audience }) {
      if (audience === undefined) return;
      gauge.set({ app, environment, of: 'set' }, audience.set);
      if (audience.served !== null) gauge.set({ app, environment, of: 'served' }, audience.served);
    },
  };
}

function secondsOf(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}
