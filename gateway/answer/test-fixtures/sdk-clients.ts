import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { systemClock } from '../../clock.ts';
import { createChainCaller } from '../../failover/call-chain.ts';
import {
  startScriptedUpstream,
  type ScriptedUpstream,
} from '../../failover/test-fixtures/scripted-upstream.ts';
import { startGatewayUnderTest, type GatewayUnderTest } from '../../test-fixtures/gateway-under-test.ts';
import type { ResolvedTarget } from '../../../protocols/target.ts';

interface World {
  readonly upstream: ScriptedUpstream;
  readonly gateway: GatewayUnderTest;
  readonly openai: OpenAI;
  readonly anthropic: Anthropic;
}

/** The official SDKs without retries, before a gateway whose vendors a test plays; made once for its file. */
export function useSdkClients() {
  const caller = createChainCaller({ clock: systemClock });
  let made: World | undefined;
  const world = (): World => {
    if (made === undefined) throw new Error('The clients are there once beforeAll has run.');
    return made;
  };
  beforeAll(async () => {
    const upstream = await startScriptedUpstream();
    const gateway = await startGatewayUnderTest(caller.callChain, systemClock);
    const own = { apiKey: 'sk-caller', maxRetries: 0 };
    const openai = new OpenAI({ ...own, baseURL: `${gateway.origin}/v1` });
    made = { upstream, gateway, openai, anthropic: new Anthropic({ ...own, baseURL: gateway.origin }) };
  });
  afterAll(async () => {
    await made?.gateway.close();
    await caller.close();
    await made?.upstream.close();
  });
  return {
    get upstream() {
      return world().upstream;
    },
    get gateway() {
      return world().gateway;
    },
    get openai() {
      return world().openai;
    },
    get anthropic() {
      return world().anthropic;
    },
    target: (kind: ResolvedTarget['kind'], parameters: ResolvedTarget['parameters']): ResolvedTarget => ({
      provider: kind,
      kind,
      baseUrl: kind === 'openai' ? `${world().upstream.origin}/v1` : world().upstream.origin,
      apiKey: 'sk-provider',
      model: kind === 'openai' ? 'gpt-5-mini' : 'claude-sonnet-4-5',
      logicalModel: 'any',
      parameters,
      timeoutsMs: { connect: 2000, firstContent: 5000, idle: 5000 },
    }),
  };
}
