import { json, type Script, sse } from '../failover/test-fixtures/scripted-upstream.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import * as recorded from '../../protocols/test-fixtures/recorded-answers.ts';
import { useSdkClients } from './test-fixtures/sdk-clients.ts';

const sdks = useSdkClients();
const target = (kind: ResolvedTarget['kind']) => sdks.target(kind, { max_tokens: 200 });

/** Answers as the provider would, whichever of its endpoints and modes is asked. */
function vendor(which: 'text' | 'tool'): Script {
  const answers = {
    '/v1/chat/completions': {
      text: [recorded.chatCompletion, recorded.chatStream],
      tool: [recorded.chatToolCompletion, recorded.chatToolStream],
    },
    '/v1/responses': {
      text: [recorded.responsesAnswer, recorded.responsesStream],
      tool: [recorded.responsesToolAnswer, recorded.responsesToolStream],
    },
    '/v1/messages': {
      text: [recorded.anthropicMessage, recorded.anthropicStream],
      tool: [recorded.anthropicToolMessage, recorded.anthropicToolStream],
    },
  } as const;
  return (response, request) => {
    const [whole, frames] = answers[request.path as keyof typeof answers][which]; // a path asked by the gateway alone
    const script = request.body['stream'] === true ? sse(frames) : json(whole);
    script(response, request);
  };
}

const schema = { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] };

describe.each(['openai', 'anthropic'] as const)('a target of kind %s', (kind) => {
  const model = kind === 'openai' ? 'gpt-5-mini' : 'claude-sonnet-4-5';
  const idOfCall = kind === 'openai' ? 'call_abc123' : 'toolu_01A09q90qw90lq917835lq9';

  beforeEach(() => {
    sdks.gateway.chain = [target(kind)];
  });

  describe('asked by the OpenAI client for chat completions', () => {
    const request = {
      model: 'bank-support',
      messages: [
        { role: 'system' as const, content: 'Be brief.' },
        { role: 'user' as const, content: 'Hello' },
      ],
      tools: [{ type: 'function' as const, function: { name: 'weather', parameters: schema } }],
    };

    it('answers a text as a whole', async () => {
      sdks.upstream.play(vendor('text'));
      const { data, response } = await sdks.openai.chat.completions.create(request).withResponse();
      expect(data.choices[0]?.message.content).toBe('Grüße 👋 from Wien');
      expect(data.choices[0]?.finish_reason).toBe('stop');
      expect(data).toMatchObject({ id: 'chatcmpl-test1', object: 'chat.completion', model });
      expect(data.usage?.completion_tokens).toBe(10);
      expect(response.headers.get('x-sluice-revision')).toBe('rag-answer-v4');
    });

    it('answers a text as a stream', async () => {
      sdks.upstream.play(vendor('text'));
      const stream = await sdks.openai.chat.completions.create({
        ...request,
        stream: true,
        stream_options: { include_usage: true },
      });
      let text = '';
      const chunks = [];
      for await (const chunk of stream) {
        chunks.push(chunk);
        text += chunk.choices[0]?.delta.content ?? '';
      }
      expect(text).toBe('Grüße 👋 from Wien');
      expect(chunks.map((chunk) => chunk.id)).toEqual(chunks.map(() => 'chatcmpl-test1'));
      expect(chunks.at(-1)?.usage?.completion_tokens).toBe(10);
      expect(chunks.flatMap((chunk) => chunk.choices).at(-1)?.finish_reason).toBe('stop');
    });

    it('tells no usage to who did not ask, and knows it all the same', async () => {
      sdks.upstream.play(vendor('text'));
      const before = sdks.gateway.summaries.length;
      for await (const chunk of await sdks.openai.chat.completions.create({ ...request, stream: true })) {
        expect(chunk.usage).toBeUndefined();
        expect(chunk.choices).toHaveLength(1);
      }
      expect(sdks.gateway.summaries[before]).toMatchObject({ ok: true, usage: { outputTokens: 10 } });
    });

    it.each([false, true])('calls a tool (stream: %s)', async (stream) => {
      sdks.upstream.play(vendor('tool'));
      const completion = stream
        ? await sdks.openai.chat.completions.stream(request).finalChatCompletion()
        : await sdks.openai.chat.completions.create(request);
      const [choice] = completion.choices;
      expect(choice?.finish_reason).toBe('tool_calls');
      expect(choice?.message.tool_calls).toMatchObject([
        { id: idOfCall, type: 'function', function: { name: 'weather', arguments: '{"city":"Wien"}' } },
      ]);
    });
  });

  describe('asked by the OpenAI client for a response', () => {
    const request = {
      model: 'bank-support',
      instructions: 'Be brief.',
      input: 'Hello',
      tools: [{ type: 'function' as const, name: 'weather', parameters: schema, strict: false }],
    };

    it('answers a text as a whole', async () => {
      sdks.upstream.play(vendor('text'));
      const response = await sdks.openai.responses.create(request);
      expect(response.output_text).toBe('Grüße 👋 from Wien');
      expect(response).toMatchObject({
        id: 'resp_test1',
        status: 'completed',
        model,
        usage: { output_tokens: 10 },
      });
    });

    it('answers a text as a stream', async () => {
      sdks.upstream.play(vendor('text'));
      const stream = sdks.openai.responses.stream(request);
      const deltas: string[] = [];
      stream.on('response.output_text.delta', (event) => deltas.push(event.delta));
      const response = await stream.finalResponse();
      expect(deltas).toEqual(['Grüße 👋', ' from Wien']);
      expect(response.output_text).toBe('Grüße 👋 from Wien');
      expect(response).toMatchObject({ id: 'resp_test1', status: 'completed', usage: { output_tokens: 10 } });
    });

    it.each([false, true])('calls a tool (stream: %s)', async (stream) => {
      sdks.upstream.play(vendor('tool'));
      const response = stream
        ? await sdks.openai.responses.stream(request).finalResponse()
        : await sdks.openai.responses.create(request);
      expect(response.output).toMatchObject([
        { type: 'function_call', call_id: idOfCall, name: 'weather', arguments: '{"city":"Wien"}' },
      ]);
    });
  });

  describe('asked by the Anthropic client', () => {
    const request = {
      model: 'bank-support',
      max_tokens: 100,
      system: 'Be brief.',
      messages: [{ role: 'user' as const, content: 'Hello' }],
      tools: [{ name: 'weather', input_schema: schema }],
    };

    it.each([false, true])('answers a text (stream: %s)', async (stream) => {
      sdks.upstream.play(vendor('text'));
      const message = stream
        ? await sdks.anthropic.messages.stream(request).finalMessage()
        : await sdks.anthropic.messages.create(request);
      expect(message.content.at(-1)).toMatchObject({ type: 'text', text: 'Grüße 👋 from Wien' });
      expect(message).toMatchObject({
        id: 'msg_test1',
        model,
        stop_reason: 'end_turn',
        usage: { output_tokens: 10 },
      });
    });

    it.each([false, true])('calls a tool (stream: %s)', async (stream) => {
      sdks.upstream.play(vendor('tool'));
      const message = stream
        ? await sdks.anthropic.messages.stream(request).finalMessage()
        : await sdks.anthropic.messages.create(request);
      expect(message.stop_reason).toBe('tool_use');
      expect(message.content).toMatchObject([
        { type: 'tool_use', id: idOfCall, name: 'weather', input: { city: 'Wien' } },
      ]);
    });
  });

  it("sends the provider's key and never the caller's", async () => {
    sdks.upstream.play(vendor('text'));
    await sdks.openai.chat.completions.create({ model: 'x', messages: [{ role: 'user', content: 'Hi' }] });
    const sent = JSON.stringify(sdks.upstream.requests.at(-1));
    expect(sent).toContain('sk-provider');
    expect(sent).not.toContain('sk-caller');
  });
});

it('relays what only the vendor and its callers know: a signature of thinking', async () => {
  sdks.gateway.chain = [target('anthropic')];
  sdks.upstream.play(vendor('text'));
  const stream = sdks.anthropic.messages.stream({
    model: 'x',
    max_tokens: 9,
    messages: [{ role: 'user', content: 'Hi' }],
  });
  const message = await stream.finalMessage();
  expect(message.content[0]).toEqual({
    type: 'thinking',
    thinking: 'They greet me.',
    signature: 'EqQBCgIYAhIM',
  });
});

describe('errors, as each client knows them', () => {
  beforeEach(() => {
    sdks.gateway.chain = [target('openai')];
    const body = {
      error: {
        message: 'Too long.',
        type: 'invalid_request_error',
        param: 'messages',
        code: 'context_length_exceeded',
      },
    };
    sdks.upstream.play(json(body, 400));
  });

  it('OpenAI', async () => {
    const call = sdks.openai.chat.completions.create({
      model: 'x',
      messages: [{ role: 'user', content: 'Hi' }],
    });
    await expect(call).rejects.toMatchObject({
      status: 400,
      code: 'context_length_exceeded',
      param: 'messages',
      type: 'invalid_request_error',
    });
  });

  it('Anthropic', async () => {
    const call = sdks.anthropic.messages.create({
      model: 'x',
      max_tokens: 9,
      messages: [{ role: 'user', content: 'Hi' }],
    });
    await expect(call).rejects.toMatchObject({
      status: 400,
      error: { type: 'error', error: { type: 'invalid_request_error', message: 'Too long.' } },
    });
  });
});
