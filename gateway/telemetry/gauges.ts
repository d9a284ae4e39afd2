import { Gauge, type Registry } from 'prom-client';
import type { BodyBudget } from '../body-budget.ts';
import type { ConfigView } from '../config/view.ts';
import type { QueueState } from '../queues/queue-watch.ts';

/** What the bodies of requests take. */
export function registerBodyGauge(bodies: Pick<BodyBudget, 'inFlightBytes'>, registry: Registry): void {
  new Gauge({
    name: 'sluice_bodies_in_flight_bytes',
    help: 'Bytes of the bodies of requests that are not answered yet',
    registers: [registry],
    collect() {
      this.set(bodies.inFlightBytes());
    },
  });
}

/** What waits for the database, by queue. */
export function registerQueueGauges(
  queues: () => Readonly<Record<string, QueueState>>,
  registry: Registry,
): void {
  const gauge = (name: string, help: string, of: (state: QueueState) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ['queue'] as const,
      registers: [registry],
      collect() {
        for (const [queue, state] of Object.entries(queues())) this.set({ queue }, of(state));
      },
    });
  };
  gauge('sluice_queue_rows', 'Rows that wait for the database', ({ rows }) => rows);
  gauge(
    'sluice_queue_waiting_seconds',
    'Since everything was written last, while something waits',
    ({ waitingMs }) => waitingMs / 1000,
  );
  gauge(
    'sluice_queue_dropped',
    'Rows that were never written: refused for what is in them, or without room',
    ({ dropped }) => dropped,
  );
}

/** What is served, and how old what the gateway knows is. */
export function registerViewGauges(view: ConfigView, registry: Registry): void {
  const registers = [registry];
  new Gauge({
    name: 'sluice_split_version',
    help: 'Split version that is served',
    labelNames: ['app'] as const,
    registers,
    collect() {
      for (const app of view.apps()) this.set({ app }, view.app(app)?.split.version ?? 0);
    },
  });
  new Gauge({
    name: 'sluice_lease_age_seconds',
    help: "Age of the candidate's lease, where there is one",
    labelNames: ['app'] as const,
    registers,
    collect() {
      this.reset();
      for (const app of view.apps()) {
        const ageMs = view.app(app)?.lease?.ageMs();
        if (ageMs !== undefined) this.set({ app }, ageMs / 1000);
      }
    },
  });
  new Gauge({
    name: 'sluice_database_behind',
    help: '1 where the database has lost a split that this gateway has served',
    labelNames: ['app'] as const,
    registers,
    collect() {
      for (const app of view.apps()) this.set({ app }, 0);
      for (const app of Object.keys(view.ahead())) this.set({ app }, 1);
    },
  });
  new Gauge({
    name: 'sluice_view_age_seconds',
    help: 'Since the newest answer of the database',
    registers,
    collect() {
      this.set((view.ageMs() ?? Number.NaN) / 1000);
    },
  });
}
