import type { IncomingHttpHeaders } from 'node:http';
import { durationMs } from '../../domain/duration.ts';
import { SluiceError } from '../../domain/errors.ts';
import { judgeQuestionSchema, type JudgeReply } from '../../domain/evaluation/judge-question.ts';
import { judgesOf, type NamedJudge } from '../../domain/evaluation/judges-of.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { Usage } from '../../domain/usage.ts';
import { createAnswerCollector, textOf, type CollectedAnswer } from '../../protocols/collect-answer.ts';
import { defined } from '../../protocols/fields.ts';
import type { ParseInbound } from '../../protocols/parse-inbound.ts';
import type { BoundEnvironment } from '../config/bind-revision.ts';
import type { CallChain, ChainResult } from '../failover/chain.ts';
import { failedCall } from '../failover/failed-call.ts';
import { parseBody } from '../parse-body.ts';
import { requireInternalToken } from '../routing/incoming.ts';
import type { AlarmOperator } from '../telemetry/operator-alarm.ts';
import type { ProviderMetrics } from '../telemetry/provider-metrics.ts';
import { bindModel, namedModel } from './bind-model.ts';

export interface AnswerJudgeParts {
  readonly callChain: CallChain;
  readonly parseInbound: ParseInbound;
  readonly internalToken: string;
  readonly bound: BoundEnvironment;
  readonly judgeCall: ProviderMetrics['judgeCall'];
  readonly alarmOperator: AlarmOperator;
}

/**
 * Asks a judge of this environment, apart from all traffic: it is counted for no arm, and neither reads nor moves what is
 * known of its provider's health.
 *
 * @throws SluiceError `forbidden` without the internal token; `not_found` for a judge that is not there; `conflict` for
 *   another one of the name; `invalid_request`
 */
export async function answerJudge(
  parts: AnswerJudgeParts,
  headers: IncomingHttpHeaders,
  body: JsonValue,
  signal: AbortSignal,
): Promise<JudgeReply> {
  requireInternalToken(headers, parts.internalToken);
  const { judge: name, digest, messages } = parseBody(judgeQuestionSchema, body);
  const judge = namedModel('judge', name, Object.fromEntries(judgesOf(parts.bound.binding)));
  requireSame(judge, digest);
  const target = bindModel(judge.binding, parts.bound);
  const { request } = parts.parseInbound('openai-chat', { model: name, messages });
  const totalTimeoutMs = durationMs(judge.binding.timeout);
  const result = await parts.callChain({
    chain: [target],
    request,
    totalTimeoutMs,
    signal,
    isMeasurement: true,
  });
  parts.alarmOperator(result.attempts);
  const { reply, usage } = await heard(result);
  const outcome = reply.kind === 'said' ? 'ok' : reply.code;
  parts.judgeCall(target, { judge: name, outcome, usage });
  return reply;
}

function requireSame({ name, digest: ours }: NamedJudge, theirs: string): void {
  if (ours === theirs) return;
  throw new SluiceError('conflict', `The judge "${name}" of this gateway is another one than the worker's.`, {
    remedy: 'Give both the same sluice.environments.yaml, and start them again.',
  });
}

async function heard(
  result: ChainResult,
): Promise<{ readonly reply: JudgeReply; readonly usage: Usage | undefined }> {
  if (result.kind === 'failed') return { reply: failedCall(result), usage: undefined };
  const answer = await collect(result);
  return { reply: replyOf(answer), usage: answer.usage };
}

function collect(answered: ChainResult & { readonly kind: 'answered' }): Promise<CollectedAnswer> {
  const collector = createAnswerCollector();
  return new Promise((resolve, reject) => {
    answered.flowTo({
      take(pieces) {
        for (const { scan, brings } of pieces) {
          if (brings.kind === 'events') for (const event of brings.events) collector.add(event);
          if (scan.usage !== undefined) collector.add({ type: 'usage', usage: scan.usage });
        }
        return true;
      },
      whenDrained: () => undefined,
      end(end) {
        collector.add(end);
        resolve(collector.answer());
      },
      crash: reject,
    });
  });
}

function replyOf(answer: CollectedAnswer): JudgeReply {
  const { failure, finishReason, usage } = answer;
  if (failure !== undefined) {
    const { kind: how, code, message } = failure;
    return { kind: 'failed', how, code, message };
  }
  const tokens = { inputTokens: usage?.inputTokens, outputTokens: usage?.outputTokens };
  return { kind: 'said', text: textOf(answer, 'text'), ...defined({ finishReason, ...tokens }) };
}
