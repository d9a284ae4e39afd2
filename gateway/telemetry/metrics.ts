import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { UncaughtFault } from '../../program/survive-faults.ts';
import type { BodyBudget } from '../body-budget.ts';
import type { ConfigView } from '../config/view.ts';
import { registerBodyGauge, registerQueueGauges, registerViewGauges } from './gauges.ts';
import { createProviderMetrics, type ProviderMetrics } from './provider-metrics.ts';
import type { QueueState } from './queue-watch.ts';

export interface RequestLabels {
  readonly app: string;
  readonly arm: string;
  readonly reason: string;
  readonly outcome: string;
}

/** What operators watch a gateway by; nothing that decides anything. */
export interface Metrics extends ProviderMetrics {
  readonly registry: Registry;
  request(labels: RequestLabels, seconds: number): void;
  /** An answered request of a gateway key's, by the key's id. */
  keyRequest(labels: { readonly key: string; readonly outcome: string }): void;
  undeclaredVariables(app: string, count: number): void;
  readonly sampleDropped: (app: string) => void;
  /** Something that goes on in the background failed: `poll`, `heartbeat`, `flush`, `samples`, `listen`. */
  backgroundFailure(what: string): void;
  /** Something that nobody caught. */
  fault(kind: UncaughtFault['kind']): void;
  /** Shows, from now on, what of these is waiting. */
  watchQueues(queues: () => Readonly<Record<string, QueueState>>): void;
}

/** In a registry of their own. */
export function createMetrics(view: ConfigView, bodies: Pick<BodyBudget, 'inFlightBytes'>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, labelNames: L[]): Counter<L> =>
    new Counter({ name, help, labelNames, registers });
  const requests = counter('sluice_requests_total', 'Answered requests', ['app', 'arm', 'reason', 'outcome']);
  const keyRequests = counter('sluice_key_requests_total', 'Answered requests of gateway keys', [
    'key',
    'outcome',
  ]);
  const undeclared = counter('sluice_undeclared_variables_total', 'Variables that no prompt declares', [
    'app',
  ]);
  const dropped = counter('sluice_samples_dropped_total', 'Samples for which there was no room', ['app']);
  const failures = counter('sluice_background_failures_total', 'Failed polls, flushes and heartbeats', [
    'what',
  ]);
  const faults = counter('sluice_survived_faults_total', 'Faults of the program that nobody caught', [
    'kind',
  ]);
  for (const kind of ['rejection', 'exception'] as const) faults.inc({ kind }, 0); // An increase begins somewhere.
  const seconds = new Histogram({
    name: 'sluice_request_seconds',
    help: 'From arrival to the end of the answer',
    labelNames: ['app', 'arm'] as const,
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 120],
    registers,
  });
  registerViewGauges(view, registry);
  registerBodyGauge(bodies, registry);
  return {
    ...createProviderMetrics(registry),
    registry,
    keyRequest(labels) {
      keyRequests.inc(labels);
    },
    request(labels, durationS) {
      requests.inc({ ...labels });
      seconds.observe({ app: labels.app, arm: labels.arm }, durationS);
    },
    undeclaredVariables(app, count) {
      undeclared.inc({ app }, count);
    },
    sampleDropped(app) {
      dropped.inc({ app });
    },
    backgroundFailure(what) {
      failures.inc({ what });
    },
    fault(kind) {
      faults.inc({ kind });
    },
    watchQueues(queues) {
      registerQueueGauges(queues, registry);
    },
  };
}
