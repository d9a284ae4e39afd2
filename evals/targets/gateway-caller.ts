import type { JsonObject } from '../../domain/json.ts';
import type { CallModel } from './model-call.ts';
import { openaiReason } from './openai-reason.ts';
import type { GatewayRequest } from '../../protocols/gateway-request.ts';
import type { AskPinned } from './pinned-answer.ts';
import { costUsd, type Price } from '../../domain/price.ts';

export interface GatewayCallerOptions {
  readonly app: string;
  /** Asks a gateway, with as much patience as a provider needs. */
  readonly ask: AskPinned;
  /** Of each revision that will be asked, by digest: the prices of its chain. */
  readonly prices: ReadonlyMap<string, readonly (Price | undefined)[]>;
}

/** Asks the cases of suites through a gateway. */
export function createGatewayCaller({ app, ask, prices }: GatewayCallerOptions): CallModel {
  return async ({ revision, target, prompt, vars, signal }) => {
    const request = requestOf(modelName(app, prompt), vars);
    const answer = await ask({ revision, target, request, signal });
    if (answer.kind === 'failed') return answer;
    const { output, latencyMs, usage, answeredBy, servedBy, finishReason } = answer;
    const price = prices.get(revision)?.[answeredBy?.target ?? target ?? 0];
    const cost = price === undefined || usage === undefined ? {} : { costUsd: costUsd(price, usage) };
    const by = {
      ...(answeredBy === undefined ? {} : { answeredBy }),
      ...(servedBy === undefined ? {} : { servedBy }),
    };
    const ending = finishReason === undefined ? {} : { finishReason: openaiReason(finishReason, output) };
    return { kind: 'answered', output, latencyMs, ...ending, ...usage, ...cost, ...by };
  };
}

function modelName(app: string, prompt: string | undefined): string {
  return prompt === undefined ? app : `${app}/${prompt}`;
}

/** `message`, or `messages`, is the conversation; all other variables are the prompt's. */
function requestOf(model: string, vars: JsonObject): GatewayRequest {
  const { message, messages, ...variables } = vars;
  const body = {
    model,
    messages: messages ?? [{ role: 'user', content: message ?? '' }],
    sluice: { variables },
  };
  return { protocol: 'openai-chat', body, headers: {} };
}
