import type { Dialect } from '../translation/dialect.ts';

export const responsesDialect: Dialect = {
  name: 'openai-responses',
  title: 'OpenAI responses',
  harmlessParameters: [
    'metadata',
    'prompt_cache_key',
    'prompt_cache_options',
    'prompt_cache_retention',
    'safety_identifier',
    'service_tier',
    'stream_options', // obfuscation of OpenAI's own stream
    'user',
  ],
  defaultValues: {
    include: [],
    text: {},
    reasoning: {},
    top_logprobs: 0,
    truncation: 'disabled',
  },
};
