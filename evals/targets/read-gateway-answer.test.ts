import type { JsonObject } from '../../domain/json.ts';
import * as recorded from '../../protocols/test-fixtures/recorded-answers.ts';
import type { Protocol } from '../../protocols/request.ts';
import { sseFrame } from '../../protocols/sse.ts';
import { readGatewayAnswer } from './read-gateway-answer.ts';

const streamed = (frames: readonly string[]) =>
  new Response(frames.join(''), { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });

const said = 'Grüße 👋 from Wien';

describe.each<[Protocol, JsonObject, readonly string[], JsonObject, readonly string[]]>([
  [
    'openai-chat',
    recorded.chatCompletion,
    recorded.chatStream,
    recorded.chatToolCompletion,
    recorded.chatToolStream,
  ],
  [
    'openai-responses',
    recorded.responsesAnswer,
    recorded.responsesStream,
    recorded.responsesToolAnswer,
    recorded.responsesToolStream,
  ],
  [
    'anthropic-messages',
    recorded.anthropicMessage,
    recorded.anthropicStream,
    recorded.anthropicToolMessage,
    recorded.anthropicToolStream,
  ],
])('an answer in %s', (protocol, whole, frames, tool, toolFrames) => {
  it('is read whole and streamed: its text, how it ended and what it took', async () => {
    for (const response of [Response.json(whole), streamed(frames)]) {
      expect(await readGatewayAnswer(response, protocol)).toMatchObject({
        kind: 'read',
        output: said,
        finishReason: 'stop',
        usage: { outputTokens: 10 },
      });
    }
  });

  it('is its tool calls, as chat completions write them, where it has no text', async () => {
    for (const response of [Response.json(tool), streamed(toolFrames)]) {
      const answer = await readGatewayAnswer(response, protocol);
      expect(answer).toMatchObject({ kind: 'read', finishReason: 'tool_calls' });
      const calls = 'output' in answer ? (JSON.parse(answer.output) as unknown) : [];
      expect(calls).toEqual([
        {
          id: expect.any(String) as string,
          type: 'function',
          function: { name: 'weather', arguments: expect.stringContaining('Wien') as string },
        },
      ]);
    }
  });

  it('is broken where it ends before its end, or is none', async () => {
    for (const response of [streamed(frames.slice(0, 3)), new Response('oops'), Response.json({})]) {
      expect(await readGatewayAnswer(response, protocol)).toMatchObject({
        kind: 'broken',
        failure: { code: 'provider_broke_off' },
      });
    }
  });
});

it('is the error that a stream ends with', async () => {
  const error = { message: 'gone', type: 'server_error', code: 'model_not_found' };
  const frames = [...recorded.chatStream.slice(0, 2), sseFrame(JSON.stringify({ error }))];
  expect(await readGatewayAnswer(streamed(frames), 'openai-chat')).toMatchObject({
    kind: 'broken',
    failure: { code: 'model_not_found', message: 'gone' },
  });
});
