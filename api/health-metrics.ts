import { Gauge, type Registry } from 'prom-client';
import { conditions, type Health } from '../domain/release/health.ts';

type ReleaseHealth = Pick<
  Health,
  'condition' | 'weight' | 'lookAgeMs' | 'leaseLeftMs' | 'callersWord' | 'workflow'
> & {
  app: string;
  environment: string;
};

/** How open releases are, for Prometheus: read from the database at each scrape, so that it is true while workers are dead. */
export function createHealthMetrics(
  registry: Registry,
  readHealth: () => Promise<readonly ReleaseHealth[]>,
): { refresh(): Promise<void> } {
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] });
  const ofRelease = ['app', 'environment'] as const;
  const readable = gauge(
    'sluice_release_health_readable',
    'Whether the health of releases could be read',
    [],
  );
  const condition = gauge('sluice_release_condition', 'How an open release is: 1 for the one that holds', [
    ...ofRelease,
    'condition',
  ]);
  const weight = gauge('sluice_release_weight_percent', 'Share of the candidate as set and as served', [
    ...ofRelease,
    'of',
  ]);
  const lookAge = gauge('sluice_release_look_age_seconds', 'Since the newest valid look', ofRelease);
  const leaseLeft = gauge('sluice_release_lease_left_seconds', 'Until gateways serve stable only', ofRelease);
  const failing = gauge(
    'sluice_release_task_failing_seconds',
    'For how long no worker could complete a task of its workflow',
    ofRelease,
  );
  const pollers = gauge('sluice_release_pollers', 'Workers at the task queue of an open release', ofRelease);
  const evaluators = gauge(
    'sluice_release_evaluators',
    'Evaluation workers that wait for cases of an open release',
    ofRelease,
  );
  const backlog = gauge(
    'sluice_release_backlog_seconds',
    'How long the oldest task of its queue waits',
    ofRelease,
  );
  const heldByCallers = gauge(
    'sluice_release_held_by_callers',
    'Whether what callers choose or say alone keeps the release from passing',
    ofRelease,
  );
  const gauges = [
    condition,
    weight,
    lookAge,
    leaseLeft,
    heldByCallers,
    failing,
    pollers,
    evaluators,
    backlog,
  ];

  function show({ app, environment, workflow, ...health }: ReleaseHealth): void {
    const labels = { app, environment };
    for (const each of conditions)
      condition.set({ ...labels, condition: each }, each === health.condition ? 1 : 0);
    weight.set({ ...labels, of: 'set' }, health.weight.set);
    if (health.weight.served !== null) weight.set({ ...labels, of: 'served' }, health.weight.served);
    heldByCallers.set(labels, health.callersWord === undefined ? 0 : 1);
    failing.set(labels, (workflow?.failing?.forMs ?? 0) / 1000);
    if (health.lookAgeMs !== undefined) lookAge.set(labels, health.lookAgeMs / 1000);
    if (health.weight.set > 0) leaseLeft.set(labels, (health.leaseLeftMs ?? 0) / 1000);
    if (workflow?.pollers !== undefined) pollers.set(labels, workflow.pollers);
    if (workflow?.evaluators !== undefined) evaluators.set(labels, workflow.evaluators);
    if (workflow?.backlogMs !== undefined) backlog.set(labels, workflow.backlogMs / 1000);
  }

  return {
    async refresh() {
      for (const each of gauges) each.reset();
      try {
        for (const release of await readHealth()) show(release);
        readable.set(1);
      } catch {
        // The metric says it, and an alert stands on it: a scrape must not fail for that.
        readable.set(0);
      }
    },
  };
}
