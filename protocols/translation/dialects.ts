import { anthropicDialect } from '../anthropic-messages/dialect.ts';
import type { Dialect } from './dialect.ts';
import { chatDialect } from '../openai-chat/dialect.ts';
import { responsesDialect } from '../openai-responses/dialect.ts';
import type { Protocol } from '../request.ts';

/** Of the protocols that callers speak. */
export const dialects: Record<Protocol, Dialect> = {
  'openai-chat': chatDialect,
  'openai-responses': responsesDialect,
  'anthropic-messages': anthropicDialect,
};
