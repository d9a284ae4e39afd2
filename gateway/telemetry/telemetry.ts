import type { SealingKeys } from '../../program/data-keys.ts';
import type { GatewayStore } from '../config/connect-store.ts';
import type { BodyBudget } from '../body-budget.ts';
import type { ConfigView } from '../config/view.ts';
import type { Clock } from '../clock.ts';
import { createChargedSubjects, type ChargedSubjects } from './charged-subjects.ts';
import { createCounters, type Counters } from './counters.ts';
import { createFeedbackUnits, type FeedbackUnits } from '../feedback/feedback-units.ts';
import { createFlusher } from './flusher.ts';
import { createLiveAnswers, type LiveAnswers } from '../live/live-answers.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createObservations } from './observations.ts';
import type { QueueState } from '../queues/queue-watch.ts';
import { createRepeatDetector, type RepeatOf } from './repeats.ts';
import { createSampler, type Sampler } from './samples.ts';
import { createSeenSubjects, type SeenSubjects } from './seen-subjects.ts';

export interface TelemetryParts {
  readonly clock: Clock;
  readonly dataKeys: SealingKeys;
  /** Of fresh samples. */
  readonly freshKeys: SealingKeys | undefined;
  readonly environment: string;
  readonly view: ConfigView;
  readonly bodies: BodyBudget;
  readonly store: Pick<GatewayStore, 'flush' | 'insertSamples' | 'insertLiveAnswers'>;
  readonly onFailure: (what: string) => (error: unknown) => void;
  /** A row of a queue was refused for what is in it, and dropped. */
  readonly onPoison: (facts: Record<string, unknown>, error: unknown) => void;
}

/** The queues on their way to the database, by name. */
export type Queues = () => Readonly<Record<'counts' | 'samples', QueueState>>;

export interface Telemetry {
  readonly charged: ChargedSubjects;
  readonly feedbackUnits: FeedbackUnits;
  readonly counters: Counters;
  readonly seen: SeenSubjects;
  readonly repeatOf: RepeatOf;
  readonly sampler: Sampler;
  readonly live: LiveAnswers;
  readonly metrics: Metrics;
  readonly queues: Queues;
  /** Writes what is left. Throws where counts cannot be written: that is a gap, and must not be followed by a goodbye. */
  stop(): Promise<void>;
}

/** What is counted, sampled and measured of a gateway's requests, and written twice a second. */
export function createTelemetry(parts: TelemetryParts): Telemetry {
  const { clock, view, bodies, onFailure } = parts;
  const charged = createChargedSubjects();
  const observations = createObservations(clock);
  const feedbackUnits = createFeedbackUnits(clock);
  const counters = createCounters({ clock, charged, observations, units: feedbackUnits });
  const seen = createSeenSubjects();
  const metrics = createMetrics(view, bodies);
  const flusher = createFlusher({
    ...{ clock, counters, charged, seen, observations },
    write: (flush) => parts.store.flush(flush),
    onFailure: onFailure('flush'),
    onPoison: (kind, error) => {
      parts.onPoison({ queue: 'counts', kind }, error);
    },
  });
  const sampler = samplerOf(parts, metrics);
  const live = liveAnswersOf(parts, metrics);
  const queues: Queues = () => ({ counts: flusher.state(), samples: sampler.state() });
  metrics.watchQueues(queues);
  return {
    charged,
    feedbackUnits,
    counters,
    seen,
    repeatOf: createRepeatDetector(clock),
    sampler,
    live,
    metrics,
    queues,
    async stop() {
      flusher.stop();
      sampler.stop();
      live.stop();
      await live.flush().catch(onFailure('live answers'));
      await sampler.flush().catch(onFailure('samples'));
      await flusher.flush();
    },
  };
}

/** Keeps samples, sealed. */
function samplerOf(parts: TelemetryParts, metrics: Metrics): Sampler {
  const { clock, dataKeys, freshKeys, environment, view, store, onFailure, onPoison } = parts;
  return createSampler({
    ...{ clock, dataKeys, freshKeys, environment },
    perSecond: (app) => view.app(app)?.samplesPerSecond,
    keepsFresh: (app) => view.app(app)?.keepsFresh === true,
    random: Math.random,
    insert: (samples) => store.insertSamples(samples),
    onDropped: metrics.sampleDropped,
    onFailure: onFailure('samples'),
    onPoison: (app, error) => {
      metrics.sampleDropped(app);
      onPoison({ queue: 'samples', app }, error);
    },
  });
}

/** Keeps answers that are to be scored, sealed. */
function liveAnswersOf(parts: TelemetryParts, metrics: Metrics): LiveAnswers {
  const { clock, freshKeys, environment, view, store, onFailure, onPoison } = parts;
  return createLiveAnswers({
    ...{ clock, environment, freshKeys, insert: (answers) => store.insertLiveAnswers(answers) },
    keepsFresh: (app) => view.app(app)?.keepsFresh === true,
    onDropped: metrics.sampleDropped,
    onFailure: onFailure('live answers'),
    onPoison: (app, error) => {
      onPoison({ queue: 'live answers', app }, error);
    },
  });
}
