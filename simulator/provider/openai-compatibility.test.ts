import OpenAI from 'openai';
import { collectStream } from './test-fixtures/collect-stream.ts';
import { startTestSimulator } from '../../tests/support/simulator.ts';
import type { Simulator } from './simulator.ts';

const SYSTEM = [
  'Name the intent of the customer message. Answer in the form',
  'intent: <intent>',
  'and one helpful sentence. Examples:',
  '- "where is my new card" => card_arrival',
  '- "my card has not come yet" => card_arrival',
  '- "how do I change my pin" => change_pin',
].join('\n');
const messages = [
  { role: 'system' as const, content: SYSTEM },
  { role: 'user' as const, content: 'My new card still has not arrived' },
];

let simulator: Simulator;
let client: OpenAI;
beforeAll(async () => {
  simulator = await startTestSimulator();
  client = new OpenAI({ baseURL: simulator.openai, apiKey: 'any', maxRetries: 0, timeout: 5000 });
});
afterAll(() => simulator.close());
afterEach(() => fetch(`${simulator.control}/simulator/faults`, { method: 'DELETE' }));

describe('chat completions, by the official client', () => {
  it('answers whole, with usage and request id', async () => {
    const { data, response } = await client.chat.completions
      .create({ model: 'atlas-large', messages })
      .withResponse();
    expect(data.object).toBe('chat.completion');
    expect(data.choices[0]?.message.content).toMatch(/^intent: card_arrival\n\S/u);
    expect(data.choices[0]?.finish_reason).toBe('stop');
    const { prompt_tokens: read = 0, completion_tokens: written = 0, total_tokens: total } = data.usage ?? {};
    expect(read).toBeGreaterThan(SYSTEM.length / 5);
    expect(written).toBe(Math.ceil((data.choices[0]?.message.content ?? '').length / 4));
    expect(total).toBe(read + written);
    expect(response.headers.get('x-request-id')).toMatch(/^req_/u);
  });

  it('streams the same text, with usage only when asked', async () => {
    const whole = await client.chat.completions.create({ model: 'atlas-large', messages });
    const stream = await client.chat.completions.create({
      model: 'atlas-large',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await collectStream(stream);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(
      whole.choices[0]?.message.content,
    );
    expect(chunks.filter((chunk) => chunk.choices[0]?.delta.content).length).toBeGreaterThan(2);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    const plain = await collectStream(
      await client.chat.completions.create({ model: 'atlas-large', messages, stream: true }),
    );
    expect(plain.some((chunk) => chunk.usage !== undefined)).toBe(false);
  });

  it('ends a stream with [DONE]', async () => {
    const response = await fetch(`${simulator.openai}/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer any' },
      body: JSON.stringify({ model: 'atlas-mini', messages, stream: true }),
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(await response.text()).toMatch(/\n\ndata: \[DONE\]\n\n$/u);
  });

  it('calls a forced tool with arguments that follow its schema, streaming or not', async () => {
    const request = {
      model: 'atlas-large',
      messages,
      tools: [
        {
          type: 'function' as const,
          function: {
            name: 'route',
            parameters: {
              type: 'object',
              properties: {
                intent: { type: 'string', enum: ['change_pin', 'card_arrival'] },
                query: { type: 'string' },
                urgent: { type: 'boolean' },
                confidence: { type: 'number' },
              },
            },
          },
        },
      ],
      tool_choice: { type: 'function' as const, function: { name: 'route' } },
    };
    const whole = await client.chat.completions.create(request);
    const call = whole.choices[0]?.message.tool_calls?.[0];
    expect(whole.choices[0]?.finish_reason).toBe('tool_calls');
    expect(call).toMatchObject({ type: 'function', function: { name: 'route' } });
    const written = call?.type === 'function' ? call.function.arguments : '';
    expect(JSON.parse(written)).toMatchObject({
      intent: 'card_arrival',
      query: 'My new card still has not arrived',
    });
    const chunks = await collectStream(await client.chat.completions.create({ ...request, stream: true }));
    const parts = chunks.map((chunk) => chunk.choices[0]?.delta.tool_calls?.[0]?.function?.arguments ?? '');
    expect(parts.join('')).toBe(written);
  });

  it('answers JSON by json_object and by json_schema', async () => {
    const free = await client.chat.completions.create({
      model: 'atlas-large',
      messages,
      response_format: { type: 'json_object' },
    });
    expect(JSON.parse(free.choices[0]?.message.content ?? '')).toMatchObject({ intent: 'card_arrival' });
    const schema = {
      type: 'object',
      properties: { category: { type: 'string' }, score: { type: 'number' } },
    };
    const strict = await client.chat.completions.create({
      model: 'atlas-large',
      messages,
      response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } },
    });
    expect(JSON.parse(strict.choices[0]?.message.content ?? '')).toEqual({
      category: 'card_arrival',
      score: expect.any(Number) as number,
    });
  });

  it('stops at max_tokens and says so', async () => {
    const cut = await client.chat.completions.create({
      model: 'atlas-large',
      messages,
      max_completion_tokens: 3,
    });
    expect(cut.choices[0]?.finish_reason).toBe('length');
    expect(cut.choices[0]?.message.content).toBe('intent: card');
  });
});

describe('responses, by the official client', () => {
  const input = 'My new card still has not arrived';

  it('answers whole and streams the same', async () => {
    const whole = await client.responses.create({ model: 'atlas-large', instructions: SYSTEM, input });
    expect(whole.status).toBe('completed');
    expect(whole.output_text).toMatch(/^intent: card_arrival\n/u);
    expect(whole.usage?.total_tokens).toBeGreaterThan(20);
    const events = await collectStream(
      await client.responses.create({
        model: 'atlas-large',
        instructions: SYSTEM,
        input: [{ role: 'user', content: input }],
        stream: true,
      }),
    );
    expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, at) => at));
    expect([...new Set(events.map(({ type }) => type))]).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    const deltas = events.map((event) => (event.type === 'response.output_text.delta' ? event.delta : ''));
    expect(deltas.join('')).toBe(whole.output_text);
  });

  it("feeds the SDK's own stream accumulator", async () => {
    const final = await client.responses
      .stream({ model: 'atlas-large', instructions: SYSTEM, input })
      .finalResponse();
    expect(final.output_text).toMatch(/^intent: card_arrival\n/u);
  });

  it('calls a forced function and reports an answer that was cut', async () => {
    const tool = {
      type: 'function' as const,
      name: 'route',
      strict: false,
      parameters: { type: 'object', properties: { intent: { type: 'string' } } },
    };
    const called = await client.responses.create({
      model: 'atlas-large',
      instructions: SYSTEM,
      input,
      tools: [tool],
      tool_choice: 'required',
    });
    expect(called.output[0]).toMatchObject({
      type: 'function_call',
      name: 'route',
      arguments: '{"intent":"card_arrival"}',
    });
    const cut = await client.responses.create({
      model: 'atlas-large',
      instructions: SYSTEM,
      input,
      max_output_tokens: 3,
    });
    expect(cut).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
  });
});

describe('models and errors, as the official client sees them', () => {
  it('lists and shows models', async () => {
    const ids = (await client.models.list()).data.map(({ id }) => id);
    expect(ids).toEqual(['atlas-large', 'atlas-mini', 'atlas-flash', 'arbiter-large']);
    expect((await client.models.retrieve('atlas-mini')).owned_by).toBe('simulator');
  });

  it('refuses a bad body, a missing key and an unknown model in OpenAI wording', async () => {
    await expect(
      client.chat.completions.create({ model: 'atlas-large', messages: [] }),
    ).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    await expect(client.chat.completions.create({ model: 'gpt-0', messages })).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
    await expect(client.models.retrieve('gpt-0')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    const keyless = await fetch(`${simulator.openai}/chat/completions`, { method: 'POST', body: '{}' });
    expect(keyless.status).toBe(401);
    expect(await keyless.json()).toMatchObject({ error: { code: 'invalid_api_key' } });
    const garbled = await fetch(`${simulator.openai}/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer k' },
      body: '{',
    });
    expect(garbled.status).toBe(400);
  });
});
