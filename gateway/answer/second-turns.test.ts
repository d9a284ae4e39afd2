import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import type OpenAI from 'openai';
import { json } from '../failover/test-fixtures/scripted-upstream.ts';
import * as recorded from '../../protocols/test-fixtures/recorded-answers.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import { useSdkClients } from './test-fixtures/sdk-clients.ts';
import { strictVendor } from './test-fixtures/strict-vendor.ts';

const sdks = useSdkClients();

beforeEach(() => {
  sdks.upstream.play(strictVendor);
});

type Kind = ResolvedTarget['kind'];
const target = (kind: Kind, own: ResolvedTarget['parameters'] = {}) => sdks.target(kind, own);

const parameters = { type: 'object' as const, properties: { city: { type: 'string' as const } } };
const asked: unknown[] = [];
const weather = (input: unknown): string => {
  asked.push(input);
  return 'It is sunny.';
};
const answer = 'Grüße 👋 from Wien';
const lastBody = () => sdks.upstream.requests.at(-1)?.body ?? {};

/** The vendor of the first turn and of the second: the same one, and over to the other one in between. */
const routes: [Kind, Kind][] = [
  ['openai', 'openai'],
  ['anthropic', 'anthropic'],
  ['openai', 'anthropic'],
  ['anthropic', 'openai'],
];

describe.each(routes)('a tool loop of an official SDK, answered by %s and then by %s', (first, second) => {
  /** As a weight that is raised, or a failover, has it between two turns. */
  const swapVendor = (): void => {
    sdks.gateway.chain = [target(second)];
  };
  beforeEach(() => {
    asked.length = 0;
    sdks.gateway.chain = [target(first)];
  });
  afterEach(() => {
    expect(asked).toEqual([{ city: 'Wien' }]);
  });

  it.each([false, true])('OpenAI chat completions (stream: %s)', async (stream) => {
    const run = {
      type: 'function' as const,
      function: {
        name: 'weather',
        description: 'Tells the weather.',
        parameters,
        parse: JSON.parse,
        function: (input: unknown) => {
          swapVendor();
          return weather(input);
        },
      },
    };
    const body = {
      model: 'app',
      messages: [{ role: 'user' as const, content: 'The weather?' }],
      tools: [run],
      tool_choice: 'auto' as const,
    };
    const runner = stream
      ? sdks.openai.chat.completions.runTools({ ...body, stream: true })
      : sdks.openai.chat.completions.runTools(body);
    expect(await runner.finalContent()).toBe(answer);
  });

  it.each([false, true])('OpenAI responses (stream: %s)', async (stream) => {
    const tools = [{ type: 'function' as const, name: 'weather', parameters, strict: false }];
    const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'The weather?' }];
    const create = async () => {
      const body = { model: 'app', input, tools };
      return stream ? sdks.openai.responses.stream(body).finalResponse() : sdks.openai.responses.create(body);
    };
    const called = await create();
    input.push(...(called.output as OpenAI.Responses.ResponseInputItem[])); // as OpenAI's own guide has it
    for (const item of called.output) {
      if (item.type !== 'function_call') continue;
      const output = weather(JSON.parse(item.arguments));
      input.push({ type: 'function_call_output', call_id: item.call_id, output });
    }
    swapVendor();
    expect((await create()).output_text).toBe(answer);
  });

  it.each([false, true])('Anthropic messages, with thinking (stream: %s)', async (stream) => {
    const tool = betaTool({
      name: 'weather',
      description: 'Tells the weather.',
      inputSchema: parameters,
      run: (input: unknown) => {
        swapVendor();
        return weather(input);
      },
    });
    const runner = sdks.anthropic.beta.messages.toolRunner({
      ...{ model: 'app', max_tokens: 2000, tools: [tool], stream },
      messages: [{ role: 'user', content: 'The weather?' }],
      // OpenAI's models know nothing of a budget.
      ...(second === 'openai' || first === 'openai'
        ? {}
        : { thinking: { type: 'enabled' as const, budget_tokens: 1024 } }),
    });
    const message = await runner.runUntilDone();
    expect(message.content.at(-1)).toMatchObject({ type: 'text', text: answer });
    expect(lastBody()).not.toHaveProperty('thread');
  });
});

it('goes on without thinking, which the revision sets, in the tool loop of an OpenAI caller', async () => {
  sdks.gateway.chain = [target('anthropic', { thinking: { type: 'enabled', budget_tokens: 2048 } })];
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'The weather?' }];
  const tools = [{ type: 'function' as const, function: { name: 'weather', parameters } }];
  const create = () => sdks.openai.chat.completions.create({ model: 'app', messages, tools });
  const { message } = (await create()).choices[0] ?? {};
  expect(lastBody()).toHaveProperty('thinking');
  if (message !== undefined) messages.push(message);
  for (const { id } of message?.tool_calls ?? [])
    messages.push({ role: 'tool', tool_call_id: id, content: 'It is sunny.' });
  expect((await create()).choices[0]?.message.content).toBe(answer);
  expect(lastBody()).not.toHaveProperty('thinking');
});

describe('a thread of Anthropic’s SDK', () => {
  const params = { model: 'app', max_tokens: 50 };
  beforeEach(() => {
    sdks.gateway.chain = [target('anthropic')];
  });

  it('is refused in the words that the SDK knows', async () => {
    const sent = sdks.anthropic.beta.messages.thread(params).send({ role: 'user', content: 'Hi' });
    await expect(sent).rejects.toMatchObject({
      status: 400,
      errorCode: 'thread_unsupported_request',
      details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] },
    });
  });

  it('goes on without, where its caller lets it', async () => {
    const thread = sdks.anthropic.beta.messages.thread({
      ...params,
      unsupportedRequestBehavior: 'continue_unthreaded',
    });
    await thread.send({ role: 'user', content: 'Hi' });
    const result = { type: 'tool_result' as const, tool_use_id: 'toolu_01A09q90qw90lq917835lq9' };
    const message = await thread.send({ role: 'user', content: [result] });
    expect(message.content.at(-1)).toMatchObject({ text: answer });
    expect(lastBody()['messages']).toHaveLength(3);
  });
});

describe('what only another model understands', () => {
  it('is asked again without: reasoning that was encrypted elsewhere', async () => {
    sdks.gateway.chain = [target('openai')];
    const response = await sdks.openai.responses.create({
      model: 'app',
      input: [
        { role: 'user', content: 'Hi' },
        { type: 'reasoning', id: 'rs_9', summary: [], encrypted_content: 'of another account' },
        {
          ...{ type: 'message', id: 'msg_reasoned', role: 'assistant', status: 'completed' },
          content: [{ type: 'output_text', text: 'Hello', annotations: [] }],
        },
        { role: 'user', content: 'And?' },
      ],
    });
    expect(response.status).toBe('completed');
    expect(lastBody()['include']).toEqual(['reasoning.encrypted_content']);
    expect(JSON.stringify(lastBody())).not.toMatch(/rs_9|msg_reasoned/);
  });

  it('is asked again without: thinking that another gateway signed', async () => {
    sdks.gateway.chain = [target('anthropic')];
    const message = await sdks.anthropic.messages.create({
      model: 'app',
      max_tokens: 50,
      messages: [
        { role: 'user', content: 'Hi' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm.', signature: 'of another vendor' },
            { type: 'text', text: 'Hello' },
          ],
        },
        { role: 'user', content: 'And?' },
      ],
    });
    expect(message.stop_reason).toBe('tool_use');
    expect(JSON.stringify(lastBody())).not.toContain('thinking');
  });

  it('is not asked of models without reasoning, nor of one again that says so', async () => {
    sdks.gateway.chain = [{ ...target('openai'), model: 'gpt-4o' }];
    const ask = () => sdks.openai.responses.create({ model: 'app', input: 'Hi' });
    await ask();
    expect(lastBody()).not.toHaveProperty('include');
    sdks.gateway.chain = [{ ...target('openai'), model: 'house-model' }];
    const error = {
      message: 'Encrypted content is not supported with this model.',
      type: 'x',
      param: 'include',
    };
    sdks.upstream.play((response, request) => {
      json(
        request.body['include'] === undefined ? recorded.responsesAnswer : { error },
        request.body['include'] === undefined ? 200 : 400,
      )(response, request);
    });
    const before = sdks.upstream.requests.length;
    await ask();
    await ask();
    expect(sdks.upstream.requests).toHaveLength(before + 3);
  });
});

it.each(['openai', 'anthropic'] as const)(
  'keeps the details of an error of the same protocol: %s',
  async (kind) => {
    sdks.gateway.chain = [target(kind)];
    const details =
      kind === 'openai' ? { innererror: { code: 'filtered' } } : { details: { error_code: 'e' } };
    const error = { type: 'invalid_request_error', message: 'No.', ...details };
    sdks.upstream.play(json(kind === 'openai' ? { error } : { type: 'error', error }, 400));
    const messages = [{ role: 'user' as const, content: 'Hi' }];
    const sent =
      kind === 'openai'
        ? sdks.openai.chat.completions.create({ model: 'app', messages })
        : sdks.anthropic.messages.create({ model: 'app', max_tokens: 9, messages });
    await expect(sent).rejects.toMatchObject({
      status: 400,
      error: kind === 'openai' ? details : { error: details },
    });
  },
);

it('ends a turn that calls tools for them, whatever an OpenAI server calls it', async () => {
  sdks.gateway.chain = [target('openai')];
  const [choice] = recorded.chatToolCompletion['choices'] as object[];
  sdks.upstream.play(
    json({ ...recorded.chatToolCompletion, choices: [{ ...choice, finish_reason: 'stop' }] }),
  );
  const messages = [{ role: 'user' as const, content: 'Hi' }];
  const message = await sdks.anthropic.messages.create({ model: 'app', max_tokens: 9, messages });
  expect(message.stop_reason).toBe('tool_use');
});
