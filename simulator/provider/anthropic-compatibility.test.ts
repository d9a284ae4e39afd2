import Anthropic from '@anthropic-ai/sdk';
import { collectStream } from './test-fixtures/collect-stream.ts';
import { startTestSimulator } from '../../tests/support/simulator.ts';
import type { Simulator } from './simulator.ts';

const SYSTEM =
  '- "where is my new card" => card_arrival\n- "how do I change my pin" => change_pin\nAnswer `intent: <name>`.';
const REQUEST = {
  model: 'sonata-large',
  max_tokens: 200,
  system: SYSTEM,
  messages: [{ role: 'user' as const, content: 'my card is not here, where is it?' }],
};

let simulator: Simulator;
let client: Anthropic;
beforeAll(async () => {
  simulator = await startTestSimulator();
  client = new Anthropic({ baseURL: simulator.anthropic, apiKey: 'any', maxRetries: 0, timeout: 5000 });
});
afterAll(() => simulator.close());

describe('messages, by the official client', () => {
  it('answers whole, with usage and request id', async () => {
    const { data, response } = await client.messages.create(REQUEST).withResponse();
    expect(data).toMatchObject({ type: 'message', role: 'assistant', stop_reason: 'end_turn' });
    expect(data.content[0]).toMatchObject({
      type: 'text',
      text: expect.stringMatching(/^intent: card_arrival\n/u) as string,
    });
    expect(data.usage.input_tokens).toBeGreaterThan(20);
    expect(response.headers.get('request-id')).toMatch(/^req_/u);
  });

  it('streams the events of the protocol in order, and the same text', async () => {
    const whole = await client.messages.create(REQUEST);
    const events = await collectStream(await client.messages.create({ ...REQUEST, stream: true }));
    expect([...new Set(events.map(({ type }) => type))]).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    const final = await client.messages.stream(REQUEST).finalMessage();
    expect(final.content[0]).toMatchObject({
      text: whole.content[0]?.type === 'text' ? whole.content[0].text : '',
    });
    expect(final.usage.output_tokens).toBe(whole.usage.output_tokens);
    const raw = await fetch(`${simulator.anthropic}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': 'k' },
      body: JSON.stringify({ ...REQUEST, stream: true }),
    });
    expect(await raw.text()).toContain('event: ping\ndata: {"type":"ping"}\n\n');
  });

  it('uses a forced tool, streaming or not, and stops at max_tokens', async () => {
    const tools = [
      {
        name: 'route',
        input_schema: { type: 'object' as const, properties: { intent: { type: 'string' } } },
      },
    ];
    const forced = { ...REQUEST, tools, tool_choice: { type: 'tool' as const, name: 'route' } };
    const called = await client.messages.create(forced);
    expect(called.stop_reason).toBe('tool_use');
    expect(called.content[0]).toMatchObject({
      type: 'tool_use',
      name: 'route',
      input: { intent: 'card_arrival' },
    });
    const streamed = await client.messages.stream(forced).finalMessage();
    expect(streamed.content[0]).toMatchObject({ type: 'tool_use', input: { intent: 'card_arrival' } });
    expect((await client.messages.create({ ...REQUEST, max_tokens: 2 })).stop_reason).toBe('max_tokens');
  });

  it('lists models', async () => {
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['sonata-large', 'sonata-mini']);
  });

  it('refuses in Anthropic wording', async () => {
    await expect(client.messages.create({ ...REQUEST, max_tokens: 0 })).rejects.toBeInstanceOf(
      Anthropic.BadRequestError,
    );
    await expect(client.messages.create({ ...REQUEST, model: 'atlas-large' })).rejects.toMatchObject({
      status: 404,
      error: { type: 'error', error: { type: 'not_found_error' } },
    });
    const keyless = await fetch(`${simulator.anthropic}/v1/messages`, { method: 'POST', body: '{}' });
    expect(keyless.status).toBe(401);
    expect(await keyless.json()).toMatchObject({ type: 'error', error: { type: 'authentication_error' } });
  });
});
