import type { JsonObject } from '../domain/json.ts';
import type { CallModel } from './model-call.ts';
import type { GatewayRequest } from '../protocols/gateway-request.ts';
import { createPinnedClient, type PinnedClientOptions } from './pinned-client.ts';
import { costUsd, type Price } from './pricing.ts';

export interface GatewayCallerOptions extends PinnedClientOptions {
  app: string;
  /** Of each revision that will be asked, by digest: the prices of its chain. */
  prices: ReadonlyMap<string, readonly (Price | undefined)[]>;
}

/** Asks the cases of suites through a gateway. */
export function createGatewayCaller(options: GatewayCallerOptions): CallModel {
  const ask = createPinnedClient(options);
  return async ({ revision, target, prompt, vars, signal }) => {
    const answer = await ask({
      revision,
      target,
      request: requestOf(modelName(options.app, prompt), vars),
      signal,
    });
    if (answer.kind === 'failed') return answer;
    const { output, latencyMs, usage, attempts, finishReason } = answer;
    // The target that answered is the one asked for, or the one that the gateway came to by its attempts.
    const price = options.prices.get(revision)?.[target > 0 ? target : attempts - 1];
    const cost = price === undefined || usage === undefined ? {} : { costUsd: costUsd(price, usage) };
    const ending = finishReason === undefined ? {} : { finishReason };
    return { kind: 'answered', output, latencyMs, ...ending, ...usage, ...cost };
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
