import { sampleBodySchema } from '../../domain/sample-body.ts';
import { isReplayable, replayBody } from './replay-request.ts';

const base = {
  protocol: 'openai-chat',
  model: 'bank-support',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }],
  parameters: { rest: {} },
};

const sample = (change: object) => sampleBodySchema.parse({ ...base, ...change });

describe('a replayed sample', () => {
  it('asks what was asked, whole and kept by nobody', () => {
    expect(replayBody(sample({ stream: true, variables: { tier: 'gold' } }), undefined)).toEqual({
      model: 'bank-support',
      messages: [{ role: 'user', content: 'hello' }],
      store: false,
      sluice: { variables: { tier: 'gold' } },
    });
  });

  it('carries conversations with tools and images', () => {
    const body = replayBody(
      sample({
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'see' },
              { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AA==' } },
            ],
          },
          { role: 'assistant', content: [], toolCalls: [{ id: 't1', name: 'balance', arguments: '{}' }] },
          { role: 'tool', content: [{ type: 'text', text: '12 EUR' }], toolCallId: 't1' },
        ],
        tools: [{ kind: 'function', name: 'balance', parameters: { type: 'object' } }],
        toolChoice: { kind: 'function', name: 'balance' },
      }),
      undefined,
    );
    expect(body).toMatchObject({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'see' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
          ],
        },
        {
          role: 'assistant',
          tool_calls: [{ id: 't1', type: 'function', function: { name: 'balance', arguments: '{}' } }],
        },
        { role: 'tool', content: '12 EUR', tool_call_id: 't1' },
      ],
      tools: [{ type: 'function', function: { name: 'balance', parameters: { type: 'object' } } }],
      tool_choice: { type: 'function', function: { name: 'balance' } },
    });
  });

  it('carries parameters by their names in the protocol that the replay speaks', () => {
    const parameters = {
      temperature: 0.2,
      topP: 0.9,
      maxTokens: 50,
      stop: ['END'],
      parallelToolCalls: false,
      responseFormat: { kind: 'json_schema', name: 'intent', schema: { type: 'object' }, strict: true },
      rest: { seed: 5 },
    };
    expect(replayBody(sample({ parameters }), undefined)).toMatchObject({
      temperature: 0.2,
      top_p: 0.9,
      max_completion_tokens: 50,
      stop: ['END'],
      parallel_tool_calls: false,
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'intent', schema: { type: 'object' }, strict: true },
      },
      seed: 5,
    });
    const foreign = sample({ protocol: 'anthropic-messages', parameters: { rest: { top_k: 3 } } });
    expect(replayBody(foreign, undefined)).not.toHaveProperty('top_k');
  });

  it('freezes documents where it is given them', () => {
    const documents = [{ id: 'd1', text: 'fees' }];
    expect(replayBody(sample({}), documents)).toMatchObject({ sluice: { documents } });
  });

  it('is left out where only its own protocol can say it', () => {
    const other = (protocol: string) =>
      sample({ messages: [{ role: 'user', content: [{ type: 'other', protocol, raw: {} }] }] });
    expect(isReplayable(other('openai-chat'))).toBe(true);
    expect(isReplayable(other('anthropic-messages'))).toBe(false);
    expect(isReplayable(sample({ tools: [{ kind: 'other', protocol: 'openai-responses', raw: {} }] }))).toBe(
      false,
    );
  });
});
