import type { Codec } from '../codec.ts';
import { sseComment } from '../sse.ts';
import { readOpenAiError, writeOpenAiError } from '../openai-error.ts';
import { parseChatRequest } from './parse-request.ts';
import { createChatStreamReader, readChatCompletion } from './read-answer.ts';
import { createChatStreamWriter, writeChatCompletion } from './write-answer.ts';
import { writeChatRequest } from './write-request.ts';

/** OpenAI chat completions, as OpenAI and the many servers that speak like it have them. */
export const openAiChat: Codec = {
  protocol: 'openai-chat',
  path: '/chat/completions',
  gatewayPath: '/v1/chat/completions',
  idPrefix: 'chatcmpl-',
  keepAlive: sseComment,
  parseRequest: parseChatRequest,
  writeRequest: writeChatRequest,
  requestHeaders: {},
  authHeaders: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  readWhole: readChatCompletion,
  createStreamReader: createChatStreamReader,
  writeWhole: writeChatCompletion,
  createStreamWriter: createChatStreamWriter,
  readError: readOpenAiError,
  writeError: writeOpenAiError,
};
