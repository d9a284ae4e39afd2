import { readOpenAiError } from '../openai/error.ts';
import { bearer } from '../openai/bearer.ts';
import type { OutboundCodec } from '../outbound.ts';
import { createResponsesStreamReader, readResponse } from './read-answer.ts';
import { createResponsesStreamScanner, scanResponse } from './scan-answer.ts';
import { writeResponsesRequest } from './write-request.ts';

/** OpenAI responses, stateless. */
export const responsesOutbound: OutboundCodec = {
  endpoint: () => '/responses',
  requestHeaders: {},
  callersHeaders: [],
  sign: bearer,
  writeRequest: writeResponsesRequest,
  protocol: 'openai-responses',
  scanWhole: scanResponse,
  readWhole: readResponse,
  createStreamScanner: createResponsesStreamScanner,
  createStreamReader: createResponsesStreamReader,
  readError: readOpenAiError,
};
