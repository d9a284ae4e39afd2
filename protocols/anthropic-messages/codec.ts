import type { Codec } from '../codec.ts';
import { sseFrame } from '../sse.ts';
import { readAnthropicError, writeAnthropicError } from './errors.ts';
import { ownMaxTokens } from './max-tokens.ts';
import { parseAnthropicRequest } from './parse-request.ts';
import { createAnthropicStreamReader, readAnthropicMessage } from './read-answer.ts';
import { withFittingThinking } from './thinking.ts';
import { createAnthropicStreamWriter, writeAnthropicMessage } from './write-answer.ts';
import { writeAnthropicRequest } from './write-request.ts';

/** Anthropic messages. */
export const anthropicMessages: Codec = {
  protocol: 'anthropic-messages',
  path: '/v1/messages',
  gatewayPath: '/v1/messages',
  idPrefix: 'msg_',
  keepAlive: sseFrame('{"type":"ping"}', 'ping'),
  parseRequest: parseAnthropicRequest,
  writeRequest: writeAnthropicRequest,
  settle: withFittingThinking,
  ownMaxTokens,
  requestHeaders: { 'anthropic-version': '2023-06-01' },
  authHeaders: (apiKey) => ({ 'x-api-key': apiKey }),
  readWhole: readAnthropicMessage,
  createStreamReader: createAnthropicStreamReader,
  writeWhole: writeAnthropicMessage,
  createStreamWriter: createAnthropicStreamWriter,
  readError: readAnthropicError,
  writeError: writeAnthropicError,
};
