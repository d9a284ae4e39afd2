import { readOpenAiError } from '../openai/error.ts';
import { bearer } from '../openai/bearer.ts';
import type { OutboundCodec } from '../outbound.ts';
import { createChatStreamReader, readChatCompletion } from './read-answer.ts';
import { createChatStreamScanner, scanChatCompletion } from './scan-answer.ts';
import { writeChatRequest } from './write-request.ts';

/** OpenAI chat completions, as OpenAI and the many servers that speak like it have them. */
export const chatOutbound: OutboundCodec = {
  endpoint: () => '/chat/completions',
  requestHeaders: {},
  callersHeaders: [],
  sign: bearer,
  writeRequest: writeChatRequest,
  protocol: 'openai-chat',
  scanWhole: scanChatCompletion,
  readWhole: readChatCompletion,
  createStreamScanner: createChatStreamScanner,
  createStreamReader: createChatStreamReader,
  readError: readOpenAiError,
};
