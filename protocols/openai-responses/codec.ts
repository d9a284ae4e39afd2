import type { Codec } from '../codec.ts';
import { readOpenAiError, writeOpenAiError } from '../openai-error.ts';
import { sseComment } from '../sse.ts';
import { parseResponsesRequest } from './parse-request.ts';
import { createResponsesStreamReader, readResponse } from './read-answer.ts';
import { createResponsesStreamWriter, writeResponse } from './write-answer.ts';
import { writeResponsesRequest } from './write-request.ts';

/** OpenAI responses, stateless. */
export const openAiResponses: Codec = {
  protocol: 'openai-responses',
  path: '/responses',
  gatewayPath: '/v1/responses',
  idPrefix: 'resp_',
  keepAlive: sseComment,
  parseRequest: parseResponsesRequest,
  writeRequest: writeResponsesRequest,
  requestHeaders: {},
  authHeaders: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  readWhole: readResponse,
  createStreamReader: createResponsesStreamReader,
  writeWhole: writeResponse,
  createStreamWriter: createResponsesStreamWriter,
  readError: readOpenAiError,
  writeError: writeOpenAiError,
};
