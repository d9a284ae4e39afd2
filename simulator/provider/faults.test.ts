import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { collectStream } from './test-fixtures/collect-stream.ts';
import { startTestSimulator } from '../../tests/support/simulator.ts';
import type { Simulator } from './simulator.ts';

const TEXT = 'hello there, what can you do for me today?';
let simulator: Simulator;
let openai: OpenAI;
let anthropic: Anthropic;
beforeAll(async () => {
  simulator = await startTestSimulator();
  openai = new OpenAI({
    baseURL: simulator.openai,
    apiKey: 'any',
    maxRetries: 0,
    timeout: 5000,
    logLevel: 'off',
  });
  anthropic = new Anthropic({
    baseURL: simulator.anthropic,
    apiKey: 'any',
    maxRetries: 0,
    timeout: 5000,
    logLevel: 'off',
  });
});
afterAll(() => simulator.close());
afterEach(() => fetch(`${simulator.control}/simulator/faults`, { method: 'DELETE' }));

async function switchOn(...faults: object[]): Promise<void> {
  const put = { method: 'PUT', body: JSON.stringify({ faults }) };
  expect((await fetch(`${simulator.control}/simulator/faults`, put)).status).toBe(200);
}
const chat = (model = 'atlas-mini', content = TEXT) =>
  openai.chat.completions.create({ model, messages: [{ role: 'user', content }] });
const chatStream = async () =>
  collectStream(
    await openai.chat.completions.create({
      model: 'atlas-mini',
      stream: true,
      messages: [{ role: 'user', content: TEXT }],
    }),
  );
const message = () =>
  anthropic.messages.create({
    model: 'sonata-mini',
    max_tokens: 50,
    messages: [{ role: 'user', content: TEXT }],
  });
const messageStream = () =>
  anthropic.messages
    .stream({ model: 'sonata-mini', max_tokens: 50, messages: [{ role: 'user', content: TEXT }] })
    .finalMessage();

/** The error of a client that waits so long and no longer; fails when an answer or error came earlier. */
async function givesUpAfter(timeout: number, model: string, content: string): Promise<unknown> {
  const before = performance.now();
  const messages = [{ role: 'user' as const, content }];
  const error = await openai
    .withOptions({ timeout })
    .chat.completions.create({ model, messages })
    .catch((seen: unknown) => seen);
  expect(performance.now() - before).toBeGreaterThanOrEqual(timeout - 5);
  return error;
}

describe('faults, as the official clients see them', () => {
  it('rate_limit: their RateLimitError, with Retry-After', async () => {
    await switchOn({ kind: 'rate_limit', retryAfterSeconds: 7 });
    const seen = await chat().catch((error: unknown) => error);
    expect(seen).toBeInstanceOf(OpenAI.RateLimitError);
    expect(seen).toMatchObject({ code: 'rate_limit_exceeded' });
    expect((seen as InstanceType<typeof OpenAI.RateLimitError>).headers.get('retry-after')).toBe('7');
    const other = await message().catch((error: unknown) => error);
    expect(other).toBeInstanceOf(Anthropic.RateLimitError);
    expect(other).toMatchObject({ error: { error: { type: 'rate_limit_error' } } });
  });

  it('server_error: InternalServerError; 529 is overloaded_error', async () => {
    await switchOn(
      { provider: 'openai', kind: 'server_error', status: 503 },
      { provider: 'anthropic', kind: 'server_error', status: 529 },
    );
    await expect(chat()).rejects.toBeInstanceOf(OpenAI.InternalServerError);
    await expect(chat()).rejects.toMatchObject({ status: 503 });
    await expect(message()).rejects.toMatchObject({
      status: 529,
      error: { error: { type: 'overloaded_error' } },
    });
  });

  it('hang: nothing comes until the client gives up', async () => {
    await switchOn({ kind: 'hang' });
    expect(await givesUpAfter(150, 'atlas-mini', TEXT)).toBeInstanceOf(OpenAI.APIConnectionError);
  });

  it('refuse_connection: APIConnectionError', async () => {
    await switchOn({ kind: 'refuse_connection' });
    await expect(chat()).rejects.toBeInstanceOf(OpenAI.APIConnectionError);
    await expect(message()).rejects.toBeInstanceOf(Anthropic.APIConnectionError);
  });

  it('broken_stream: the stream says something and then breaks; a whole answer breaks too', async () => {
    await switchOn({ kind: 'broken_stream' });
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      const stream = await openai.chat.completions.create({
        model: 'atlas-mini',
        stream: true,
        messages: [{ role: 'user', content: TEXT }],
      });
      for await (const chunk of stream) seen.push(chunk.choices[0]?.delta.content ?? '');
    };
    await expect(read()).rejects.toThrow();
    expect(seen.join('')).not.toBe('');
    await expect(messageStream()).rejects.toThrow();
    await expect(chat()).rejects.toThrow();
  });

  it('malformed_body: neither the body nor the stream parses', async () => {
    await switchOn({ kind: 'malformed_body' });
    await expect(chat()).rejects.toThrow(SyntaxError);
    await expect(chatStream()).rejects.toThrow(SyntaxError);
    await expect(messageStream()).rejects.toThrow();
  });

  it('empty: a well-formed answer without content', async () => {
    await switchOn({ kind: 'empty' });
    expect((await chat()).choices[0]?.message.content).toBe('');
    expect((await message()).content).toEqual([]);
    expect((await chatStream()).some((chunk) => chunk.choices[0]?.delta.content)).toBe(false);
    expect((await messageStream()).content).toEqual([]);
  });

  it('truncated: half of the answer, that says it was cut', async () => {
    await switchOn({ kind: 'truncated' });
    expect((await chat()).choices[0]?.finish_reason).toBe('length');
    expect((await chatStream()).at(-1)?.choices[0]?.finish_reason).toBe('length');
    expect((await message()).stop_reason).toBe('max_tokens');
    const responded = await openai.responses.create({ model: 'atlas-mini', input: TEXT });
    expect(responded.incomplete_details).toEqual({ reason: 'max_output_tokens' });
  });

  it('refused: a refusal in the words of each protocol', async () => {
    await switchOn({ kind: 'refused' });
    expect((await chat()).choices[0]?.message).toMatchObject({
      content: null,
      refusal: 'I cannot help with that.',
    });
    expect((await chatStream()).some((chunk) => chunk.choices[0]?.delta.refusal)).toBe(true);
    expect((await message()).stop_reason).toBe('refusal');
    expect((await messageStream()).stop_reason).toBe('refusal');
    const responded = await openai.responses.create({ model: 'atlas-mini', input: TEXT });
    expect(responded.output).toMatchObject([{ content: [{ type: 'refusal' }] }]);
  });

  it('invalid_format: prose about the JSON, and arguments that stop in the middle', async () => {
    await switchOn({ kind: 'invalid_format' });
    expect((await chat()).choices[0]?.message.content).toMatch(/^Sure, here it is: /);
    const called = await openai.chat.completions.create({
      ...{ model: 'atlas-mini', messages: [{ role: 'user', content: TEXT }] },
      ...{
        tools: [{ type: 'function', function: { name: 'sort', parameters: {} } }],
        tool_choice: 'required',
      },
    });
    const [call] = called.choices[0]?.message.tool_calls ?? [];
    expect(() => JSON.parse(call?.type === 'function' ? call.function.arguments : '{}') as unknown).toThrow();
  });

  it('model_changed: another model answers behind the name, and names itself', async () => {
    await switchOn({ kind: 'model_changed' });
    expect((await chat()).model).toMatch(/-next$/);
  });

  it('latency: the answer comes, later', async () => {
    await switchOn({ kind: 'latency', latencyMs: 300 });
    const before = performance.now();
    await chat();
    expect(performance.now() - before).toBeGreaterThanOrEqual(295);
  });

  it('strikes only the model and the message length that it names', async () => {
    await switchOn({ kind: 'server_error', model: 'atlas-mini', minInputChars: 100 });
    await expect(chat('atlas-mini', 'short')).resolves.toBeDefined();
    await expect(chat('atlas-large', 'long '.repeat(30))).resolves.toBeDefined();
    await expect(chat('atlas-mini', 'long '.repeat(30))).rejects.toMatchObject({ status: 500 });
  });

  it('strikes with the probability that it names', async () => {
    await switchOn({ kind: 'server_error', probability: 0.3 });
    const ended = await Promise.allSettled(Array.from({ length: 100 }, () => chat()));
    const failed = ended.filter(({ status }) => status === 'rejected').length;
    expect(failed).toBeGreaterThan(12);
    expect(failed).toBeLessThan(50);
  });

  it('refuses an unknown fault and keeps what was on', async () => {
    await switchOn({ kind: 'empty' });
    const refused = await fetch(`${simulator.control}/simulator/faults`, {
      method: 'PUT',
      body: '{"faults":[{"kind":"gremlin"}]}',
    });
    expect(refused.status).toBe(400);
    const kept = await fetch(`${simulator.control}/simulator/faults`);
    expect(await kept.json()).toMatchObject({ faults: [{ kind: 'empty' }] });
  });
});

/** A connection with a request that the provider has begun to read: it has answered `100 Continue`. */
async function openRequest({ hostname, port }: URL): Promise<Socket> {
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  socket.write('POST /v1/chat/completions HTTP/1.1\r\nHost: provider\r\nAuthorization: Bearer k\r\n');
  socket.write('Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n');
  await once(socket, 'data');
  return socket;
}

describe('the provider itself', () => {
  it('goes down for real, cutting open connections, and comes back on the same port', async () => {
    await switchOn({ provider: 'openai', kind: 'hang' });
    const turn = (state: string) =>
      fetch(`${simulator.control}/simulator/provider/openai/${state}`, { method: 'POST' });
    const waiting = await openRequest(new URL(simulator.openai));
    const cut = once(waiting, 'close');
    await turn('down');
    await cut;
    const refused = await fetch(simulator.openai).catch((error: unknown) => error);
    expect(refused).toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await expect(message()).resolves.toBeDefined();
    await turn('up');
    await fetch(`${simulator.control}/simulator/faults`, { method: 'DELETE' });
    await expect(chat()).resolves.toBeDefined();
  });

  it('counts outcomes by model', async () => {
    const stats = async () =>
      (await (await fetch(`${simulator.control}/simulator/stats`)).json()) as {
        models: Record<string, Record<string, number>>;
      };
    const before = (await stats()).models['atlas-large'] ?? {};
    await chat('atlas-large');
    await switchOn({ kind: 'rate_limit' });
    await expect(chat('atlas-large')).rejects.toThrow();
    const after = (await stats()).models['atlas-large'] ?? {};
    expect(after['ok']).toBe((before['ok'] ?? 0) + 1);
    expect(after['rate_limit']).toBe((before['rate_limit'] ?? 0) + 1);
  });

  it('has a model that is quick on short messages and very slow on long ones, by nature', async () => {
    const before = performance.now();
    await chat('atlas-flash', 'x '.repeat(70));
    expect(performance.now() - before).toBeLessThan(200);
    // 440 characters over, at 250 ms each and speed 50: more than two seconds.
    expect(await givesUpAfter(600, 'atlas-flash', 'x '.repeat(300))).toBeInstanceOf(
      OpenAI.APIConnectionError,
    );
  });
});
