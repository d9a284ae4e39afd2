import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { UncaughtFault } from '../../program/survive-faults.ts';
import { throwLater } from '../../program/throw-later.ts';
import type { BodyBudget } from '../body-budget.ts';
import type { ConfigView } from '../config/view.ts';
import { registerBodyGauge, registerQueueGauges, registerViewGauges } from './gauges.ts';
import type { Usage } from '../../domain/usage.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import type { Attempt } from '../failover/chain.ts';
import { createProviderMetrics, type ProviderMetrics } from './provider-metrics.ts';
import type { QueueState } from '../queues/queue-watch.ts';

export interface RequestLabels {
  readonly app: string;
  readonly arm: string;
  readonly reason: string;
  readonly outcome: string;
}

/** What is measured of a request at its end. */
export interface MeasuredRequest {
  readonly labels: RequestLabels;
  /** The id of the caller's key; undefined without one. */
  readonly key: string | undefined;
  /** From its arrival to the end of its answer. */
  readonly seconds: number;
  readonly attempts: readonly Attempt[];
  readonly answeredBy: ResolvedTarget | undefined;
  readonly usage: Usage | undefined;
  /** Of the caller's variables, how many no prompt declares. */
  readonly undeclared: number;
}

/** What operators watch a gateway by; nothing that decides anything. */
export interface Metrics extends Pick<ProviderMetrics, 'operatorFault' | 'embedding' | 'judgeCall'> {
  readonly registry: Pick<Registry, 'metrics' | 'contentType'>;
  answered(request: MeasuredRequest): void;
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
  const { requests, keyRequests, undeclared, dropped, failures, faults, seconds } = instrumentsIn(registers);
  registerViewGauges(view, registry);
  registerBodyGauge(bodies, registry);
  const providers = createProviderMetrics(registry);
  const measure = (request: MeasuredRequest): void => {
    const { labels, key, attempts, answeredBy, usage } = request;
    const { app, arm, outcome } = labels;
    requests.inc({ ...labels });
    seconds.observe({ app, arm }, request.seconds);
    if (key !== undefined) keyRequests.inc({ key, outcome });
    providers.attempts(attempts);
    if (answeredBy !== undefined && usage !== undefined) providers.usage(answeredBy, usage);
    if (request.undeclared > 0) undeclared.inc({ app }, request.undeclared);
  };
  const later = createLater(measure);
  return {
    operatorFault: providers.operatorFault,
    embedding: providers.embedding,
    judgeCall: providers.judgeCall,
    registry: {
      contentType: registry.contentType,
      metrics() {
        later.catchUp();
        return registry.metrics();
      },
    },
    answered: later.add,
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

/** What a gateway counts and times of requests. */
function instrumentsIn(registers: Registry[]) {
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
  return { requests, keyRequests, undeclared, dropped, failures, faults, seconds };
}

/** So many requests wait at most to be measured. */
const mostWaiting = 500;

/**
 * What only a scrape sees is done when there is one, or when much has come together: one request after the other, the
 * processor takes a fifth of the time for each that it takes in the middle of all else that is done for it.
 */
function createLater<T>(act: (asked: T) => void): {
  readonly add: (asked: T) => void;
  readonly catchUp: () => void;
} {
  let waiting: T[] = [];
  const catchUp = (): void => {
    const due = waiting;
    waiting = [];
    for (const asked of due)
      attempt(() => {
        act(asked);
      });
  };
  return {
    add(asked) {
      waiting.push(asked);
      if (waiting.length >= mostWaiting) catchUp();
    },
    catchUp,
  };
}

/** One that fails must not take with it what else is due. */
function attempt(act: () => void): void {
  try {
    act();
  } catch (error) {
    throwLater(error);
  }
}
