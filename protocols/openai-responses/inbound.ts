import type { InboundCodec } from '../inbound.ts';
import { writeOpenAiError } from '../openai/error.ts';
import { relayWhole } from '../relay.ts';
import { sseComment } from '../sse.ts';
import { bodySchema } from './body-schema.ts';
import { parseResponsesRequest } from './parse-request.ts';
import { createResponsesStreamWriter, writeResponse } from './write-answer.ts';

/** OpenAI responses, stateless. */
export const responsesInbound: InboundCodec = {
  protocol: 'openai-responses',
  gatewayPath: '/v1/responses',
  idPrefix: 'resp_',
  keepAlive: sseComment,
  parseRequest: parseResponsesRequest,
  writeWhole: writeResponse,
  relayWhole,
  createStreamWriter: createResponsesStreamWriter,
  writeError: writeOpenAiError,
  summary: 'An answer in the form of OpenAI responses, stateless',
  bodySchema,
};
