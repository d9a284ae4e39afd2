import { durationMs } from '../duration.ts';
import { needsEvaluators } from './gate-stages.ts';
import { isServed, type HealthFacts } from './health-facts.ts';

/**
 * In one word: `well`; `waiting` for gateways, samples or a provider; `approval`: for somebody who approves; `frozen`: for
 * the end of a freeze; `paused` by somebody; `blind`: nothing valid is measured; `stuck`: no worker can carry its workflow
 * on; `unattended`: nobody carries it on; `elsewhere`: it runs in another Temporal.
 */
export const conditions = [
  'well',
  'waiting',
  'approval',
  'frozen',
  'paused',
  'blind',
  'stuck',
  'unattended',
  'elsewhere',
] as const;
type Condition = (typeof conditions)[number];

/** Something that is not well, as a sentence. */
interface Finding {
  readonly condition: Condition;
  readonly says: string;
}

/** In the order of what they mean: the worst first. */
const finders: readonly ((facts: HealthFacts) => Finding | undefined)[] = [
  elsewhere,
  gone,
  unanswered,
  stuck,
  withoutWorker,
  withoutEvaluator,
  unseen,
  overdue,
  leaseOver,
  paused,
  blind,
  waitsForOthers,
  heldByCallers,
  notServed,
];

/** What is not well, the worst first. */
export function findingsOf(facts: HealthFacts): Finding[] {
  return finders.flatMap((find) => find(facts) ?? []);
}

/** A task that waits for longer has no worker: one that lives takes it in milliseconds, one that died is noticed in 10 s. */
const backlogLimitMs = 15_000;
/** The reconciler comes by every 15 s: where nobody has for so long, none runs, or none is answered. */
const unseenLimitMs = 60_000;

function elsewhere({ workflow }: HealthFacts): Finding | undefined {
  if (workflow !== 'elsewhere') return undefined;
  const says = 'it runs in another Temporal than this one, which cannot judge it';
  return { condition: 'elsewhere', says: `${says}; where that one is no more: sluice release abort --force` };
}

function gone({ workflow }: HealthFacts): Finding | undefined {
  if (workflow === 'gone')
    return { condition: 'unattended', says: 'its workflow does not run; the reconciler takes it back' };
  if (workflow === 'replaced')
    return { condition: 'stuck', says: 'its workflow is being replaced by a fresh run' };
  return undefined;
}

function unanswered({ workflow }: HealthFacts): Finding | undefined {
  if (workflow !== 'unreachable') return undefined;
  return { condition: 'unattended', says: 'Temporal does not answer; nobody carries it on until it does' };
}

/** What was seen last says nothing of now. */
function unseen({ seenAgeMs = 0 }: HealthFacts): Finding | undefined {
  if (seenAgeMs <= unseenLimitMs) return undefined;
  return { condition: 'unattended', says: `nobody has looked at its workflow for ${secondsOf(seenAgeMs)}` };
}

function stuck({ failingMs, failingWhy = 'it is not known why' }: HealthFacts): Finding | undefined {
  if (failingMs === undefined) return undefined;
  const says = `no worker could carry its workflow on for ${secondsOf(failingMs)}: ${failingWhy}`;
  return { condition: 'stuck', says: `${says}; after 60 s a fresh run takes its place` };
}

function withoutWorker({ pollers, backlogMs = 0 }: HealthFacts): Finding | undefined {
  if (pollers === 0) return { condition: 'unattended', says: 'no worker waits at its task queue: start one' };
  if (backlogMs <= backlogLimitMs) return undefined;
  return { condition: 'unattended', says: `no worker has taken its tasks for ${secondsOf(backlogMs)}` };
}

/** One that lives takes up a hundred shards at a time: a task that waits has nobody, or very many before it. */
const evaluationBacklogLimitMs = 60_000;

function withoutEvaluator({ stage, evaluators, evaluationBacklogMs = 0 }: HealthFacts): Finding | undefined {
  if (stage === undefined || !needsEvaluators(stage)) return undefined;
  if (evaluators === 0)
    return { condition: 'unattended', says: 'no evaluation worker waits for its cases: start one' };
  if (evaluationBacklogMs <= evaluationBacklogLimitMs) return undefined;
  const forHow = secondsOf(evaluationBacklogMs);
  return { condition: 'unattended', says: `no evaluation worker has taken its cases for ${forHow}` };
}

/** A look that is under way fails after so long; one that is later than that is not under way. */
const overdueLimitMs = 5_000;

/**
 * Each look, and each raise, renews the lease for the plan's time and the time until the next look. A worker that hangs is
 * known by what it has not done, before Temporal or its queue tells of it; one that looks and sees nothing says so.
 */
function overdue(facts: HealthFacts): Finding | undefined {
  const { leaseMs, leaseLeftMs, waitingFor, plan } = facts;
  if (!isServed(facts) || leaseMs === undefined || leaseLeftMs === undefined || leaseLeftMs <= 0)
    return undefined;
  if (waitingFor !== undefined || plan.lease === undefined) return undefined;
  const agoMs = leaseMs - leaseLeftMs;
  const lateMs = durationMs(plan.lease) - leaseLeftMs;
  if (lateMs <= overdueLimitMs || lateMs > agoMs) return undefined;
  const says = `nobody has looked for ${secondsOf(agoMs)}, and a look was due ${secondsOf(lateMs)} ago`;
  return { condition: 'unattended', says };
}

function leaseOver(facts: HealthFacts): Finding | undefined {
  const { leaseLeftMs, lookAgeMs } = facts;
  if (!isServed(facts) || (leaseLeftMs !== undefined && leaseLeftMs > 0)) return undefined;
  const looked =
    lookAgeMs === undefined ? 'nobody has checked yet' : `the last check is ${secondsOf(lookAgeMs)} old`;
  return { condition: 'unattended', says: `${looked} and the lease is over: gateways serve stable only` };
}

function paused({ state, pausedBy, pausedWhy }: HealthFacts): Finding | undefined {
  if (state !== 'paused') return undefined;
  const why = pausedWhy === undefined ? '' : `: ${pausedWhy}`;
  return {
    condition: 'paused',
    says: `paused by ${pausedBy ?? 'somebody'}${why}; resume, promote or abort it`,
  };
}

/** Only a step has callers to hurt: an evaluation or a mirror that waits does no harm. */
function blind({ waitingFor, waitingUntil }: HealthFacts): Finding | undefined {
  if (waitingFor === undefined) return undefined;
  const condition = waitingUntil === undefined ? 'blind' : 'waiting';
  return { condition, says: `it waits for ${waitingFor}` };
}

function waitsForOthers({ waitsOn, waitsFor }: HealthFacts): Finding | undefined {
  if (waitsOn === undefined || waitsFor === undefined) return undefined;
  return { condition: waitsOn === 'approval' ? 'approval' : 'frozen', says: `it waits for ${waitsFor}` };
}

/** Nobody is hurt by it; and nobody but a person can end it while they go on. */
export function heldByCallers(facts: HealthFacts): Finding | undefined {
  const { callersWord } = facts;
  if (!isServed(facts) || callersWord === undefined) return undefined;
  return {
    condition: 'waiting',
    says: `it passes by nobody but a person: ${callersWord}; revoke their key (sluice key list), or promote or abort it`,
  };
}

export function notServed(facts: HealthFacts): Finding | undefined {
  const { gatewaysLive, gatewaysMissing } = facts;
  if (!isServed(facts)) return undefined;
  if (gatewaysLive === 0) return { condition: 'waiting', says: 'no gateway of the environment is alive' };
  if (gatewaysMissing.length === 0) return undefined;
  const missing = gatewaysMissing.join(', ');
  return { condition: 'waiting', says: `gateways that do not serve the step yet: ${missing}` };
}

function secondsOf(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
