import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { systemClock } from '../../gateway/clock.ts';
import { createChainCaller } from '../../gateway/failover/call-chain.ts';
import {
  type GatewayUnderTest,
  startGatewayUnderTest,
} from '../../gateway/test-fixtures/gateway-under-test.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import { startTestSimulator } from '../support/simulator.ts';
import type { Simulator } from '../../simulator/provider/simulator.ts';

const caller = createChainCaller({
  clock: systemClock,
  // Wide enough that no fault of one test is remembered in the next.
  breaker: { windowMs: 1, minFailures: 100, openMs: 1, maxOpenMs: 1 },
});
let simulator: Simulator;
let gateway: GatewayUnderTest;
let openai: OpenAI;
let anthropic: Anthropic;

beforeAll(async () => {
  simulator = await startTestSimulator();
  gateway = await startGatewayUnderTest(caller.callChain, systemClock);
  openai = new OpenAI({ baseURL: `${gateway.origin}/v1`, apiKey: 'any', maxRetries: 0 });
  anthropic = new Anthropic({ baseURL: gateway.origin, apiKey: 'any', maxRetries: 0 });
});

afterAll(async () => {
  await gateway.close();
  await caller.close();
  await simulator.close();
});

function target(kind: 'openai' | 'anthropic'): ResolvedTarget {
  return {
    provider: kind,
    kind,
    baseUrl: simulator[kind],
    apiKey: 'sk-simulated',
    model: kind === 'openai' ? 'atlas-large' : 'sonata-large',
    logicalModel: 'large',
    parameters: {},
    // Also the whole of an answer that does not stream, which has no first piece to wait for.
    timeoutsMs: { connect: 1000, firstContent: 400, idle: 400, total: 800 },
  };
}

async function setFaults(faults: readonly object[]): Promise<void> {
  const response = await fetch(`${simulator.control}/simulator/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ faults }),
  });
  expect(response.ok).toBe(true);
}

const system = [
  'Name the intent of the customer message. Answer in the form',
  'intent: <intent>',
  'and one helpful sentence. Examples:',
  '- "where is my new card" => card_arrival',
  '- "how do I change my pin" => change_pin',
].join('\n');
const user = { role: 'user' as const, content: 'My new card has not arrived' };

const askers: Record<string, (stream: boolean) => Promise<string | null | undefined>> = {
  'chat completions': async (stream) => {
    const body = { model: 'bank-support', messages: [{ role: 'system' as const, content: system }, user] };
    const completion = stream
      ? await openai.chat.completions.stream(body).finalChatCompletion()
      : await openai.chat.completions.create(body);
    return completion.choices[0]?.message.content;
  },
  responses: async (stream) => {
    const body = { model: 'bank-support', instructions: system, input: user.content };
    const response = stream
      ? await openai.responses.stream(body).finalResponse()
      : await openai.responses.create(body);
    return response.output_text;
  },
  messages: async (stream) => {
    const body = { model: 'bank-support', max_tokens: 200, system, messages: [user] };
    const message = stream
      ? await anthropic.messages.stream(body).finalMessage()
      : await anthropic.messages.create(body);
    const [block] = message.content;
    return block?.type === 'text' ? block.text : undefined;
  },
};
const callers = Object.keys(askers).flatMap((asker) => [[asker, false] as const, [asker, true] as const]);

describe.each(['openai', 'anthropic'] as const)('the simulated provider of kind %s', (kind) => {
  it.each(callers)('answers %s (stream: %s)', async (asker, stream) => {
    await setFaults([]);
    gateway.chain = [target(kind)];
    expect(await askers[asker]?.(stream)).toMatch(/^intent: card_arrival/);
    expect(gateway.summaries.at(-1)).toMatchObject({ ok: true });
    expect(gateway.summaries.at(-1)?.usage?.outputTokens).toBeGreaterThan(0);
  });

  const other = kind === 'openai' ? 'anthropic' : 'openai';
  const faults = ['rate_limit', 'server_error', 'hang', 'empty', 'refuse_connection'];
  describe.each(faults)('with the fault %s', (fault) => {
    it.each(callers)(
      'is replaced by the other without an error, for %s (stream: %s)',
      async (asker, stream) => {
        await setFaults([{ provider: kind, kind: fault, retryAfterSeconds: 0 }]);
        gateway.chain = [target(kind), target(other)];
        expect(await askers[asker]?.(stream)).toMatch(/^intent: card_arrival/);
        expect(gateway.results.at(-1)?.attempts).toMatchObject([
          { provider: kind, outcome: 'failed' },
          { provider: other, outcome: 'answered' },
        ]);
      },
    );
  });

  it.each(Object.keys(askers))('with a malformed body is replaced by the other, for %s', async (asker) => {
    await setFaults([{ provider: kind, kind: 'malformed_body' }]);
    gateway.chain = [target(kind), target(other)];
    expect(await askers[asker]?.(false)).toMatch(/^intent: card_arrival/);
  });

  // The simulator spoils a stream after its first content, when nobody else can answer any more.
  const spoiled = ['broken_stream', 'malformed_body'].flatMap((fault) =>
    Object.keys(askers).map((asker) => [fault, asker] as const),
  );
  it.each(spoiled)(
    'with a %s after the first content is an error for %s, no fake end',
    async (fault, asker) => {
      await setFaults([{ provider: kind, kind: fault }]);
      gateway.chain = [target(kind), target(other)];
      await expect(askers[asker]?.(true)).rejects.toThrow();
      expect(gateway.summaries.at(-1)).toMatchObject({ ok: false, errored: { kind: 'broken' } });
    },
  );
});
