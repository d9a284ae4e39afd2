import type { IncomingHttpHeaders } from 'node:http';
import type { JsonValue } from '../../domain/json.ts';
import { targetName } from '../../domain/revision/revision.ts';
import {
  probeRequestSchema,
  type ProbeAnswer,
  type ProbedTarget,
} from '../../domain/revision/target-probe.ts';
import type { ServedRevision } from '../config/bind-revision.ts';
import { requireInternalToken } from '../routing/incoming.ts';
import type { CallChain } from '../failover/chain.ts';
import { failedCall } from '../failover/failed-call.ts';
import { readToEnd } from '../failover/read-to-end.ts';
import { parseBody } from '../parse-body.ts';
import type { ParseInbound } from '../../protocols/parse-inbound.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';

export interface ProbeParts {
  readonly callChain: CallChain;
  readonly parseInbound: ParseInbound;
  readonly internalToken: string;
  /** A revision by digest or label, wherever it is served; throws `not_found`. */
  readonly pinnedRevision: (app: string, ref: string) => Promise<ServedRevision>;
}

/** What is asked costs next to nothing, and needs no prompt, tool or retriever. */
const question = { messages: [{ role: 'user', content: 'Answer with: ok' }], max_completion_tokens: 16 };
const longestMs = 10_000;

/**
 * Puts one tiny question to each target of a revision, past all that production knows of their health.
 *
 * @throws SluiceError `forbidden` without the internal token; `not_found` and `invalid_file` for a revision that is not
 *   known, or cannot be bound here; `invalid_request`
 */
export async function answerProbe(
  parts: ProbeParts,
  headers: IncomingHttpHeaders,
  body: JsonValue,
): Promise<ProbeAnswer> {
  requireInternalToken(headers, parts.internalToken);
  const { app, revision: ref, target: only } = parseBody(probeRequestSchema, body);
  return { targets: await probeChain(parts, await parts.pinnedRevision(app, ref), only) };
}

/** One tiny question to each target of a bound revision, or to the one with that index. */
export async function probeChain(
  parts: Pick<ProbeParts, 'callChain' | 'parseInbound'>,
  { chain, totalTimeoutMs }: ServedRevision,
  only?: number,
): Promise<ProbedTarget[]> {
  const wanted = [...chain.entries()].filter(([index]) => only === undefined || index === only);
  const probe = async ([index, target]: [number, ResolvedTarget]): Promise<ProbedTarget> => ({
    target: index,
    name: targetName({ provider: target.provider, model: target.logicalModel }),
    outcome: await probeTarget(parts, target, Math.min(longestMs, totalTimeoutMs)),
  });
  return Promise.all(wanted.map(probe));
}

async function probeTarget(
  { callChain, parseInbound }: Pick<ProbeParts, 'callChain' | 'parseInbound'>,
  target: ResolvedTarget,
  totalTimeoutMs: number,
): Promise<ProbedTarget['outcome']> {
  const { request } = parseInbound('openai-chat', { model: 'probe', ...question });
  const { signal } = new AbortController();
  const result = await callChain({ chain: [target], request, totalTimeoutMs, signal, isMeasurement: true });
  if (result.kind === 'failed') return failedCall(result);
  await readToEnd(result);
  return { kind: 'answered' };
}
