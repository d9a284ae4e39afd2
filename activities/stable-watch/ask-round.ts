import type { Pool } from 'pg';
import {
  insertStableWatchAnswers,
  noteStableWatchHeard,
  type StableWatchHeardRow,
} from '../../config-store/stable-watch/stable-watch-answers.ts';
import type { Binding } from '../../domain/revision/binding.ts';
import { SluiceError } from '../../domain/errors.ts';
import { storableText } from '../../domain/text/storable.ts';
import type { Patience } from '../../evals/patience/patient-caller.ts';
import { chainPrices } from '../../evals/pricing.ts';
import type { EvalCase } from '../../evals/run/eval-case.ts';
import { runWork } from '../../evals/run/runner.ts';
import type { WorkResult } from '../../evals/run/work.ts';
import { createGatewayCaller } from '../../evals/targets/gateway-caller.ts';
import type { CallModel } from '../../evals/targets/model-call.ts';
import { createPatientGateway } from '../../evals/targets/patient-gateway.ts';
import type { PinnedClientOptions } from '../../evals/targets/pinned-client.ts';
import type { WatchedItem } from '../../evals/watch/watched-cases.ts';
import type { WatchedStable } from './watched-stable.ts';

export interface AskingParts {
  readonly db: Pool;
  /** A gateway of production: what stable is asked there is what callers get. */
  readonly gateway: PinnedClientOptions;
  /** Of production: what its models cost. */
  readonly binding: Binding;
  /** Calls in flight of one target. */
  readonly concurrency: number;
  readonly patience: Patience;
}

/** Asks what is to be asked next, each target by itself: one whose provider is away keeps no other from being asked. */
export async function askRound(
  parts: AskingParts,
  {
    watched,
    cases,
    items,
    signal,
  }: {
    readonly watched: WatchedStable;
    readonly cases: ReadonlyMap<string, EvalCase>;
    readonly items: readonly WatchedItem[];
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const byTarget = [...Map.groupBy(items, ({ target }) => target).values()];
  const asked = byTarget.map((each) => askTarget(parts, { watched, cases, items: each, signal }));
  await Promise.allSettled(asked);
  await Promise.all(asked); // With all of them at their end it is told if one has failed.
}

async function askTarget(
  parts: AskingParts,
  { watched, cases, items, signal }: Parameters<typeof askRound>[1],
): Promise<void> {
  const { db, concurrency } = parts;
  const { run } = watched;
  const heard: StableWatchHeardRow[] = [];
  const missing = new Map(items.map((item) => [keyOf(item), item]));
  try {
    await runWork({
      items: items.map((item) => ({ ...item, revision: run.revision })),
      cases,
      callModel: listening(callerOf(parts, watched), watched, heard),
      pinnedTarget: (target) => target,
      concurrency,
      signal,
      async onResult(result) {
        missing.delete(keyOf(result));
        await insertStableWatchAnswers(db, run.id, [rowOf(result)]);
      },
    });
  } catch (error) {
    // Nobody's failure, but that the way to it is broken or its provider away: what was not asked stands as that.
    if (!(error instanceof SluiceError) || signal.aborted) throw error;
    const { code } = error;
    const unasked = [...missing.values()].map((item) => ({ ...item, verdict: 'unasked' as const, code }));
    await insertStableWatchAnswers(db, run.id, unasked);
  }
  await noteStableWatchHeard(db, { app: run.app, runId: run.id, heard: distinct(heard) });
}

function callerOf({ gateway, patience, binding }: AskingParts, watched: WatchedStable): CallModel {
  const { run, content, chain } = watched;
  const { app, revision } = run;
  const chains = new Map([[revision, chain]]);
  const prices = new Map([[revision, chainPrices(content, binding)]]);
  const ask = createPatientGateway({ gateway, app, chains, patience });
  return createGatewayCaller({ app, ask, prices });
}

/** The same calls, with what their answers call the model noted. */
function listening(call: CallModel, { chain }: WatchedStable, heard: StableWatchHeardRow[]): CallModel {
  return async (question) => {
    const reply = await call(question);
    const target = chain[question.target ?? 0];
    if (reply.kind === 'answered' && reply.servedBy !== undefined && target !== undefined) {
      const { model, fingerprint } = reply.servedBy;
      heard.push({ target, kind: 'model', name: kept(model) });
      if (fingerprint !== undefined) heard.push({ target, kind: 'fingerprint', name: kept(fingerprint) });
    }
    return reply;
  };
}

/** A provider's word, as it may be kept and shown. */
function kept(name: string): string {
  return storableText(name).slice(0, longestName);
}

const longestName = 200;

function distinct(heard: readonly StableWatchHeardRow[]): StableWatchHeardRow[] {
  return [...new Map(heard.map((each) => [JSON.stringify(each), each])).values()];
}

/** Nothing of what was asked or said: the gateway's code, and the provider's status. */
function rowOf({ caseId, target, repeat, verdict, error, details, costUsd }: WorkResult) {
  return {
    ...{ caseId, target, repeat },
    verdict: verdict === 'not-asked' ? ('unasked' as const) : verdict,
    ...(verdict === 'failed' && error !== undefined
      ? { code: kept(error.split(': ', 1)[0] ?? 'unknown') }
      : {}),
    ...(details.status === undefined ? {} : { status: details.status }),
    ...(costUsd === undefined ? {} : { costUsd }),
  };
}

const keyOf = ({ caseId, target, repeat }: WatchedItem): string => JSON.stringify([caseId, target, repeat]);
