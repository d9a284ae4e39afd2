import type { Dialect } from '../translation/dialect.ts';

export const anthropicDialect: Dialect = {
  name: 'anthropic-messages',
  title: 'Anthropic messages',
  harmlessParameters: [
    'cache_control', // cost and latency only
    'metadata', // `user_id` goes as `safety_identifier`
    'service_tier',
  ],
  defaultValues: { thinking: { type: 'disabled' }, output_config: {} },
};
