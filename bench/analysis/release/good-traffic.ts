// What good releases are made of: requests that are independent of one another, and people with habits, callers that try
// again, incidents and gateways that die.
import { z } from 'zod';
import { guardrailCounting } from '../../../domain/guardrail/registry.ts';
import { latencyBucketCount, latencyBucketOf } from '../../../domain/guardrail/latency-buckets.ts';
import { valueBucketOf } from '../../../domain/guardrail/means/value-buckets.ts';
import { planSchema, type Plan } from '../../../domain/release/plan.ts';
import type { Counting } from '../../../domain/split/split.ts';
import { createPicker, normal, type Random } from '../random.ts';
import { createCountedTraffic, type CounterRate } from './counted-traffic.ts';
import { createGatewayTraffic, type Visit } from './gateway-traffic.ts';
import type { Period, Traffic } from './play-release.ts';

export interface World {
  readonly ratio: number;
  /** How much worse the candidate is in everything at once: 0 equal, 1 at the margin. */
  readonly worse: number;
}

const floor = 0.0005;
const costMargin = 0.1;

/** The six: errors 0.1 %, latency 1 %, slowdown, truncated 5 %, refused 20 %, cost. */
export function planOf({ ratio }: Pick<World, 'ratio'>): Plan {
  const rule = { ratio, floor };
  return planSchema.parse({
    ...{ evaluate: 'skip', mirror: 'skip' },
    guardrails: {
      ...{ errors: rule, latency: rule, truncated: rule, refused: rule, slowdown: {} },
      ...{ failovers: 'off', 'invalid-format': 'off', cost: { margin: costMargin } },
    },
  });
}

const rates = { errors: 0.001, latency: 0.01, truncated: 0.05, refused: 0.2 };

/** At the margin or equal, whichever the world says. */
function candidateRate(rate: number, { ratio, worse }: World): number {
  return Math.min(1, rate + worse * (ratio * rate + floor - rate));
}

/** Log-normal costs, with their mean at the margin. */
const costSd = 1;
const costRange = { least: 0, most: 0.01 * Math.exp(2.326 * costSd) };

export function independentTraffic(random: Random, world: World): Traffic {
  const of = (name: keyof typeof rates, onlyLong?: true): CounterRate => ({
    ...{ name, rate: (arm) => (arm === 'stable' ? rates[name] : candidateRate(rates[name], world)) },
    ...(onlyLong ? { onlyLong } : {}),
  });
  // Of stable's own quantiles; the candidate's where it is as fast, or just as slow as it may be.
  const slow = ([quantile, stable, equal]: readonly [string, number, number]): CounterRate => ({
    name: `slowdown/${quantile}`,
    rate: (arm) => (arm === 'stable' || world.worse > 0 ? stable : equal),
  });
  const counters = [
    ...[of('errors'), of('latency'), of('truncated', true), of('refused', true)],
    ...(
      [
        ['p50', 0.5, 0.229],
        ['p90', 0.1, 0.0214],
        ['p95', 0.05, 0.0084],
        ['p99', 0.01, 0.0011],
      ] as const
    ).map(slow),
  ];
  const traffic = createCountedTraffic(random, { perSecond: 20, counters });
  let owed = 0;
  return {
    ...traffic,
    bounds: { cost: costRange },
    pass(period) {
      owed += (period.toMs - period.fromMs) / 4_000;
      traffic.pass(period);
    },
    found(period) {
      // One of either arm every four seconds.
      const pairs = Math.floor(owed);
      owed -= pairs;
      const cost = Array.from({ length: 2 * pairs }, () => {
        const arm = random.uniform() < 0.5 ? ('candidate' as const) : ('stable' as const);
        return { arm, value: costOf(random, arm, world) };
      });
      return { ...traffic.found(period), means: { cost } };
    },
  };
}

function costOf(random: Random, arm: 'candidate' | 'stable', { worse }: World, own = 0): number {
  return 0.01 * Math.exp(own + costSd * normal(random)) * (arm === 'candidate' ? 1 + costMargin * worse : 1);
}

const subjects = 1_000;
const perSecond = 2;
/** A provider is away for a minute, about once in twenty, and half of all requests fail, of whichever arm. */
const incidents = { everySeconds: 1_200, seconds: 60, rate: 0.5 };
/** Callers try again twice, within seconds; what fails once fails again as a rule. */
const retries = { most: 2, failAgain: 0.9 };
/** Of those that try again, the part that gateways do not know for retries. */
const unmarked = 0.5;
const icc = 0.1;

interface Person {
  readonly hash: string;
  readonly activity: number;
  /** On the candidate where it is below the weight. */
  readonly position: number;
  /** Times the rates of everybody. */
  readonly own: Readonly<Record<keyof typeof rates, number>>;
  readonly speed: number;
}

function person(random: Random, id: number): Person {
  // Gamma of mean 1, whose variance gives answers of one person about the ICC at a rate of 5 %.
  const own = () => Math.exp(Math.sqrt(Math.log(1 + 20 * icc)) * normal(random) - Math.log(1 + 20 * icc) / 2);
  return {
    ...{
      hash: String(7919 * (id + 1)),
      activity: Math.exp(1.2 * normal(random)),
      position: random.uniform(),
    },
    own: { errors: own(), latency: own(), truncated: own(), refused: own() },
    speed: Math.exp(0.4 * normal(random)),
  };
}

export function confoundedTraffic(random: Random, world: World): Traffic {
  const people = Array.from({ length: subjects }, (_, id) => person(random, id));
  const next = createPicker(people, ({ activity }) => activity);
  const counting = {
    ...{ releaseId: 'rel_1', shortHorizonMs: 5_000, longHorizonMs: 60_000 },
    ...guardrailCounting(planOf(world), baselineOf(random, next)),
  };
  const again: { readonly atMs: number; readonly who: Person; readonly left: number }[] = [];
  let [inIncident, until] = [false, 0];

  const visitOf = (who: Person, { weight, fromMs }: Period, tries: number): Visit => {
    const arm = who.position < weight ? ('candidate' as const) : ('stable' as const);
    const isBad = (what: keyof typeof rates): boolean => {
      const rate = Math.min(1, rates[what] * who.own[what]);
      return random.uniform() < (arm === 'candidate' ? candidateRate(rate, world) : rate);
    };
    const fails =
      tries > 0
        ? random.uniform() < retries.failAgain
        : isBad('errors') || (inIncident && random.uniform() < incidents.rate);
    if (fails && tries < retries.most) again.push({ atMs: fromMs + 2_000, who, left: tries + 1 });
    return {
      ...{ subjectHash: who.hash, arm },
      become(request, clock) {
        const startedMs = clock.nowMs();
        const took =
          who.speed *
          800 *
          Math.exp(0.6 * normal(random)) *
          (arm === 'candidate' && world.worse > 0 ? 1.5625 : 1);
        if (fails) {
          clock.moveTo(startedMs + 300);
          request.end('failed');
          return;
        }
        clock.moveTo(startedMs + took);
        request.markAnswered({ failedOver: false });
        request.markFacts({ truncated: isBad('truncated'), refused: isBad('refused'), invalidFormat: false });
        clock.moveTo(startedMs + (isBad('latency') ? 12_000 : Math.min(9_000, took + 500)));
        const outputTokens = 1_000 * costOf(random, arm, world, 0.5 * Math.log(who.speed));
        request.end('completed', { inputTokens: 0, outputTokens }, price);
      },
    };
  };
  return createGatewayTraffic({
    ...{ random, plan: planOf(world), gateways: 3, counting, dies: 1 / 1_800 },
    bounds: { cost: clipped(counting) },
    visits(second) {
      if (second.fromMs >= until) {
        inIncident = random.uniform() < incidents.seconds / incidents.everySeconds;
        until = second.fromMs + 1_000 * incidents.seconds;
      }
      const fresh = Array.from({ length: random.binomial(4 * perSecond, 0.25) }, () =>
        visitOf(next(random), second, 0),
      );
      const due = again.filter(({ atMs }) => atMs <= second.fromMs);
      again.splice(0, due.length);
      const tried = due.map(({ who, left }) => visitOf(who, second, left));
      // Those that gateways know for retries are left out by them.
      return [...fresh, ...tried.filter(() => random.uniform() < unmarked)];
    },
  });
}

const observedSchema = z.object({
  observed: z.object({ cost: z.object({ least: z.number(), most: z.number() }) }),
});

/** What values are clipped to, as gateways are told. */
function clipped(counting: Counting): { readonly least: number; readonly most: number } {
  return observedSchema.parse(counting).observed.cost;
}

const price = { inputUsdPerMillionTokens: 0, outputUsdPerMillionTokens: 1_000 };

/** What was recorded of stable before the step: a thousand answers. */
function baselineOf(random: Random, next: (random: Random) => Person) {
  const stableAnswerBuckets = Array.from({ length: latencyBucketCount }, () => 0);
  const cost: number[] = Array.from({ length: 160 }, () => 0);
  for (let i = 0; i < 1_000; i++) {
    const { speed } = next(random);
    add(stableAnswerBuckets, latencyBucketOf(speed * 800 * Math.exp(0.6 * normal(random))));
    add(cost, valueBucketOf('cost', costOf(random, 'stable', { ratio: 1, worse: 0 }, 0.5 * Math.log(speed))));
  }
  const stableFacts = { answers: 1_000, truncated: 50, refused: 200, invalidFormat: 0 };
  return { stableAnswerBuckets, stableValueBuckets: { cost }, stableFacts };
}

function add(counts: number[], at: number): void {
  counts[at] = (counts[at] ?? 0) + 1;
}
