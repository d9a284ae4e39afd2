import type { Dialect } from '../translation/dialect.ts';

export const chatDialect: Dialect = {
  name: 'openai-chat',
  title: 'OpenAI chat completions',
  harmlessParameters: [
    'metadata', // labels for OpenAI's own logs
    'prompt_cache_key', // cost and latency only
    'prompt_cache_options',
    'prompt_cache_retention',
    'safety_identifier', // goes as `metadata.user_id`
    'seed', // best effort, says its documentation
    'service_tier', // cost and latency only
    'user', // goes as `metadata.user_id`
  ],
  defaultValues: {
    frequency_penalty: 0,
    logit_bias: {},
    logprobs: false,
    modalities: ['text'],
    n: 1,
    presence_penalty: 0,
    store: false,
    stream_options: {},
    verbosity: 'medium',
  },
};
