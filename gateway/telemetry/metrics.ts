import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Attempt } from '../failover/chain.ts';
import type { Usage } from '../../protocols/event.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import type { UncaughtFault } from '../../program/survive-faults.ts';
import type { BodyBudget } from '../body-budget.ts';
import type { ConfigView } from '../config/view.ts';
import type { QueueState } from './queue-watch.ts';

export interface RequestLabels {
  readonly app: string;
  readonly arm: string;
  readonly reason: string;
  readonly outcome: string;
}

/** What operators watch a gateway by; nothing that decides anything. */
export interface Metrics {
  readonly registry: Registry;
  request(labels: RequestLabels, seconds: number): void;
  /** An answered request of a gateway key's, by the key's id. */
  keyRequest(labels: { readonly key: string; readonly outcome: string }): void;
  attempts(attempts: readonly Attempt[]): void;
  /** What an answer took, and cost where the binding has prices. Cached tokens count as any other. */
  usage(answeredBy: ResolvedTarget, usage: Usage): void;
  /** What a provider refuses the operator: its key, its account, its model or its address. */
  readonly operatorFault: (fault: { provider: string; model: string; matter: string }) => void;
  undeclaredVariables(app: string, count: number): void;
  readonly sampleDropped: (app: string) => void;
  /** Something that goes on in the background failed: `poll`, `heartbeat`, `flush`, `samples`, `listen`. */
  backgroundFailure(what: string): void;
  /** Something that nobody caught. */
  fault(kind: UncaughtFault['kind']): void;
  /** Shows, from now on, what of these is waiting. */
  watchQueues(queues: () => Readonly<Record<string, QueueState>>): void;
}

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
  const attempts = counter('sluice_provider_attempts_total', 'Calls of providers', [
    'provider',
    'model',
    'outcome',
  ]);
  const failovers = counter('sluice_failovers_total', 'Answers that did not come from the first target', [
    'provider',
    'model',
  ]);
  const tokens = counter('sluice_provider_tokens_total', 'Tokens that providers reported', [
    'provider',
    'model',
    'direction',
  ]);
  const cost = counter(
    'sluice_provider_cost_usd_total',
    'What these tokens cost by the prices of the binding',
    ['provider', 'model'],
  );
  const operatorFaults = counter('sluice_operator_faults_total', 'What providers refuse the operator', [
    'provider',
    'model',
    'matter',
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
  new Gauge({
    name: 'sluice_bodies_in_flight_bytes',
    help: 'Bytes of the bodies of requests that are not answered yet',
    registers,
    collect() {
      this.set(bodies.inFlightBytes());
    },
  });
  return {
    registry,
    keyRequest(labels) {
      keyRequests.inc(labels);
    },
    request(labels, durationS) {
      requests.inc({ ...labels });
      seconds.observe({ app: labels.app, arm: labels.arm }, durationS);
    },
    attempts(made) {
      for (const { provider, model, outcome } of made) attempts.inc({ provider, model, outcome });
      const [first, ...others] = made;
      const answered = others.find(({ outcome }) => outcome === 'answered');
      if (first?.outcome !== 'answered' && answered !== undefined)
        failovers.inc({ provider: answered.provider, model: answered.model });
    },
    usage({ provider, model, prices }, { inputTokens, outputTokens }) {
      tokens.inc({ provider, model, direction: 'input' }, inputTokens);
      tokens.inc({ provider, model, direction: 'output' }, outputTokens);
      const { inputUsdPerMillionTokens = 0, outputUsdPerMillionTokens = 0 } = prices ?? {};
      const microUsd = inputTokens * inputUsdPerMillionTokens + outputTokens * outputUsdPerMillionTokens;
      if (microUsd > 0) cost.inc({ provider, model }, microUsd / 1e6);
    },
    operatorFault({ provider, model, matter }) {
      operatorFaults.inc({ provider, model, matter });
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

function registerQueueGauges(queues: () => Readonly<Record<string, QueueState>>, registry: Registry): void {
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

function registerViewGauges(view: ConfigView, registry: Registry): void {
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
