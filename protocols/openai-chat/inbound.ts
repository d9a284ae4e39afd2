import type { InboundCodec } from '../inbound.ts';
import { writeOpenAiError } from '../openai/error.ts';
import { relayWhole } from '../relay.ts';
import { sseComment } from '../sse.ts';
import { bodySchema } from './body-schema.ts';
import { parseChatRequest } from './parse-request.ts';
import { createChatStreamWriter, writeChatCompletion } from './write-answer.ts';

/** OpenAI chat completions, as OpenAI and the many servers that speak like it have them. */
export const chatInbound: InboundCodec = {
  protocol: 'openai-chat',
  gatewayPath: '/v1/chat/completions',
  idPrefix: 'chatcmpl-',
  keepAlive: sseComment,
  parseRequest: parseChatRequest,
  writeWhole: writeChatCompletion,
  relayWhole,
  createStreamWriter: createChatStreamWriter,
  writeError: writeOpenAiError,
  summary: 'An answer in the form of OpenAI chat completions',
  bodySchema,
};
