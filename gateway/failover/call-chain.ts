import type { Clock } from '../clock.ts';
import type { Attempt, CallChain, ChainCall, ChainResult } from './chain.ts';
import { failure, type ProviderFailure } from '../../protocols/failures/failure.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import { openPipe, type Pipe } from '../answer/pipe.ts';
import { createPools, type Pools } from '../providers/pools.ts';
import { outboundRequest, type OutboundRequest } from '../../protocols/translation/outbound-request.ts';
import { defined } from '../../protocols/fields.ts';
import { learnedFrom } from '../../protocols/translation/fit.ts';
import type { BreakerSettings } from './circuit-breaker.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import { errorOf } from './error-of-chain.ts';
import { createTargetFits, type TargetFits } from './target-fits.ts';
import type { CallAdmission } from './admission.ts';
import { createTargetHealth, type TargetHealth } from './target-health.ts';

export interface ChainCaller {
  readonly callChain: CallChain;
  readonly health: TargetHealth;
  /** Ends all connections to providers. */
  close(): Promise<void>;
}

interface Dependencies {
  readonly clock: Clock;
  readonly pools: Pools;
  readonly health: TargetHealth;
  readonly fits: TargetFits;
}

type Flow = Extract<ChainResult, { readonly kind: 'answered' }>['flowTo'];

type Outcome =
  | { readonly kind: 'answered'; readonly attempt: Attempt; readonly flowTo: Flow }
  | { readonly kind: 'failed'; readonly attempt: Attempt; readonly failure: ProviderFailure };

/** What calls chains: connections and what is known of the targets' health are shared by all calls. */
export function createChainCaller(options: {
  readonly clock: Clock;
  readonly breaker?: BreakerSettings;
}): ChainCaller {
  const { clock } = options;
  const pools = createPools();
  const health = createTargetHealth(clock, options.breaker);
  const fits = createTargetFits();
  return {
    callChain: (call) => callChain({ clock, pools, health, fits }, call),
    health,
    close: () => pools.close(),
  };
}

/**
 * Of the time that is left, for a target that is not the last: one that hangs in a call that does not stream, or streams
 * signs of life and nothing else, must leave some for the others, and one that is merely slow should not be cut off.
 */
const shareOfOne = 3 / 4;

async function callChain(dependencies: Dependencies, call: ChainCall): Promise<ChainResult> {
  const { clock } = dependencies;
  const { chain, totalTimeoutMs } = call;
  const startedMs = clock.nowMs();
  const deadline = startDeadline(clock, totalTimeoutMs, call.signal);
  const attempts: Attempt[] = [];
  try {
    for (let turn = nextTurn(chain, attempts); turn !== undefined; turn = nextTurn(chain, attempts, turn)) {
      const { target, index, inNeed } = turn;
      const isLast = index === chain.length - 1;
      const leftMs = startedMs + totalTimeoutMs - clock.nowMs();
      const limitMs = isLast || inNeed ? undefined : Math.ceil(leftMs * shareOfOne);
      const outcome = await tryTarget({ dependencies, call, target, deadline, inNeed, limitMs });
      attempts[index] = outcome.attempt;
      if (outcome.kind === 'answered') {
        const { kind, flowTo } = outcome;
        return { kind, target, index, attempts, flowTo, firstContentMs: clock.nowMs() - startedMs };
      }
      if (!outcome.failure.tryNext || deadline.failure() !== undefined) break;
    }
  } catch (error) {
    deadline.stop();
    throw error;
  }
  deadline.stop();
  return { kind: 'failed', attempts, error: deadline.failure() ?? errorOf(attempts) };
}

interface Turn {
  readonly target: ResolvedTarget;
  readonly index: number;
  readonly inNeed: boolean;
}

/**
 * Who is asked after the turns so far: each target in its order; where none answers, those that were left alone once more:
 * nobody else is left.
 */
function nextTurn(
  chain: readonly ResolvedTarget[],
  attempts: readonly Attempt[],
  last?: Turn,
): Turn | undefined {
  const next = last === undefined ? 0 : last.index + 1;
  const target = chain[next];
  if (last?.inNeed !== true && target !== undefined) return { target, index: next, inNeed: false };
  const from = last?.inNeed === true ? next : 0;
  const index = attempts.findIndex(({ outcome }, i) => i >= from && outcome === 'skipped');
  const skipped = chain[index];
  return skipped && { target: skipped, index, inNeed: true };
}

/** What is measured is asked always, and what comes of it is nothing that production has met. */
const admittedApart: CallAdmission = {
  kind: 'admitted',
  report: () => undefined,
  brokeLater: () => undefined,
};

interface Trial {
  readonly dependencies: Dependencies;
  readonly call: ChainCall;
  readonly target: ResolvedTarget;
  readonly deadline: Deadline;
  readonly inNeed: boolean;
  readonly limitMs: number | undefined;
}

async function tryTarget(trial: Trial): Promise<Outcome> {
  const { call, target } = trial;
  const { clock, health, fits } = trial.dependencies;
  const startedMs = clock.nowMs();
  const told: Told = { status: undefined, maxTokens: undefined };
  const attempt = (outcome: Attempt['outcome'], failed?: ProviderFailure): Attempt => ({
    provider: target.provider,
    model: target.model,
    logicalModel: target.logicalModel,
    outcome,
    durationMs: clock.nowMs() - startedMs,
    ...defined({ ...told, failure: failed }),
  });
  const ended = (outcome: 'failed' | 'skipped', failed: ProviderFailure): Outcome => ({
    kind: 'failed',
    attempt: attempt(outcome, failed),
    failure: failed,
  });

  const outbound = outboundRequest(call.request, target, fits.of(target));
  if (outbound.kind === 'refused') return ended('failed', outbound.failure);
  const admission = admissionOf(health, trial);
  if (admission.kind === 'skipped') return ended('skipped', admission.failure);
  let held: Held;
  try {
    held = await askUntilItFits(trial, outbound, told);
  } catch (error) {
    // A defect says nothing of the target, and must not keep its permit for ever.
    admission.report(failure('aborted', 'The call was given up.'));
    throw error;
  }
  if (held.kind === 'failed') {
    admission.report(held.failure);
    return ended('failed', held.failure);
  }
  // At its first content, so that others need not wait for the end of a probe.
  admission.report('answered');
  const flowTo: Flow = (output) => {
    held.pipe.flowTo(output, (failed) => {
      trial.deadline.stop();
      if (failed !== undefined) admission.brokeLater(failed);
    });
  };
  return { kind: 'answered', attempt: attempt('answered'), flowTo };
}

type Held =
  | { readonly kind: 'content'; readonly pipe: Pipe }
  | { readonly kind: 'failed'; readonly failure: ProviderFailure };

/** What is told of an attempt besides how it ended. */
interface Told {
  status: number | undefined;
  maxTokens: number | undefined;
}

type Written = Extract<OutboundRequest, { readonly kind: 'written' }>;

/** Asks a target, and again where it says how it wants to be asked: it never answers what it has refused so. */
async function askUntilItFits(trial: Trial, outbound: Written, told: Told): Promise<Held> {
  const { call, target } = trial;
  const { fits } = trial.dependencies;
  let sent = fits.of(target);
  let written = outbound;
  for (let asked = 1; ; asked += 1) {
    told.maxTokens = written.maxTokens;
    const pipe = ask(trial, written, told);
    const held = await pipe.opened;
    if (held.kind === 'content') {
      fits.learn(target, sent);
      return { kind: 'content', pipe };
    }
    const fit = asked < mostAsked ? learnedFrom(held.failure, sent) : undefined;
    const next = fit === undefined ? undefined : outboundRequest(call.request, target, fit);
    if (fit === undefined || next?.kind !== 'written') return held;
    sent = fit;
    written = next;
  }
}

/** A target may have one thing to say of each kind. */
const mostAsked = 3;

function ask(
  { dependencies: { clock, pools }, call, target, deadline, limitMs }: Trial,
  { codec, body }: Written,
  told: Told,
): Pipe {
  const pipe = openPipe({
    pools,
    clock,
    target,
    codec,
    body,
    limitMs,
    relayTo: call.relayTo,
    traceHeaders: call.traceHeaders,
    callersHeaders: call.callersHeaders,
    onStatus: (received) => {
      told.status = received;
    },
  });
  deadline.whenOver((failed) => {
    pipe.cancel(failed);
  });
  return pipe;
}

function admissionOf(
  health: TargetHealth,
  { call, target, inNeed }: Pick<Trial, 'call' | 'target' | 'inNeed'>,
): CallAdmission {
  if (call.isMeasurement === true) return admittedApart;
  const patience = { ...target.timeoutsMs, call: call.patienceMs ?? call.totalTimeoutMs };
  return inNeed ? health.admitInNeed(target, patience) : health.admit(target, patience);
}
