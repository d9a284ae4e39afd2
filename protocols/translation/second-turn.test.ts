import type { JsonObject } from '../../domain/json.ts';
import type { Protocol } from '../request.ts';
import { hello, sent } from './test-fixtures/sent.ts';

describe('a second turn', () => {
  const use = { type: 'tool_use', id: 't1', name: 'f', input: {} };
  const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'ok' }] };
  const turns = (...thought: JsonObject[]): JsonObject => ({
    messages: [...hello, { role: 'assistant', content: [...thought, use] }, result],
    thinking: { type: 'enabled', budget_tokens: 1024 },
  });

  it.each([
    [{ type: 'thinking', thinking: 'Hm.', signature: '' }],
    [{ type: 'thinking', thinking: 'Hm.' }],
    [{ type: 'thinking', thinking: 'Hm.', signature: null }],
    [{ type: 'redacted_thinking' }],
  ])('brings Claude no thinking without a signature, and no thinking is asked of it: %j', (thought) => {
    const body = sent('anthropic-messages', turns(thought), 'anthropic');
    expect(JSON.stringify(body)).not.toContain('thinking');
    expect(sent('anthropic-messages', { ...turns(thought), messages: hello }, 'anthropic')).toHaveProperty(
      'thinking',
    );
  });

  it('brings Claude its own thinking', () => {
    const own = { type: 'thinking', thinking: 'Hm.', signature: 'sig' };
    const body = sent('anthropic-messages', turns(own), 'anthropic');
    expect(body).toMatchObject({
      thinking: { type: 'enabled' },
      messages: [{}, { content: [own, use] }, {}],
    });
  });

  it('brings OpenAI no bare reasoning, and no ids of what it led to', () => {
    const reasoning = { type: 'reasoning', id: 'rs_1', summary: [] };
    const call = { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'f', arguments: '{}' };
    const output = { type: 'function_call_output', call_id: 'c1', output: 'ok' };
    const input = (item: JsonObject) => [{ role: 'user', content: 'Hi' }, item, call, output];
    const { id: _id, ...anonymous } = call;
    expect(sent('openai-responses', { input: input(reasoning) }, 'openai')['input']).toMatchObject([
      {},
      anonymous,
      output,
    ]);
    expect(JSON.stringify(sent('openai-responses', { input: input(reasoning) }, 'openai'))).not.toMatch(
      /rs_1|fc_1/,
    );
    const own = { ...reasoning, encrypted_content: 'secret' };
    expect(sent('openai-responses', { input: input(own) }, 'openai')['input']).toMatchObject([
      {},
      own,
      call,
      output,
    ]);
  });

  it.each<[Protocol, JsonObject]>([
    ['openai-chat', { type: 'function', function: { name: 'f' } }],
    ['openai-responses', { type: 'function', name: 'f' }],
    ['anthropic-messages', { type: 'tool', name: 'f' }],
  ])('has no choice of tool without the tool: %s', (from, choice) => {
    const other = {
      'openai-chat': { type: 'function', function: { name: 'g', parameters: {} } },
      'openai-responses': { type: 'function', name: 'g', parameters: {} },
      'anthropic-messages': { name: 'g', input_schema: {} },
    };
    const given = [other[from]];
    for (const kind of ['openai', 'anthropic'] as const) {
      for (const left of [undefined, [], given]) {
        const more = left === undefined ? {} : { tools: left };
        const body = sent(from, { tool_choice: choice, ...more }, kind);
        expect(body).not.toHaveProperty('tool_choice');
        if (left !== given) expect(body).not.toHaveProperty('tools');
      }
    }
  });

  it('may ask for encrypted reasoning whatever the target speaks, which none but OpenAI has', () => {
    const include = ['reasoning.encrypted_content'];
    expect(sent('openai-responses', { include }, 'anthropic')).not.toHaveProperty('include');
    expect(sent('openai-responses', { include: ['x', ...include] }, 'openai')['include']).toEqual([
      'x',
      ...include,
    ]);
    expect(sent('openai-responses', { include: ['x'] }, 'openai')['include']).toEqual(['x', ...include]);
  });
});
