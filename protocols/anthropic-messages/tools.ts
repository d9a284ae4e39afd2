import type { JsonValue } from '../../domain/json.ts';
import { fieldsOf, objectOf } from '../fields.ts';
import type { Tool } from '../request.ts';
import { functionToolOf } from '../translation/tools.ts';

/** A tool as Anthropic messages have it. Throws `invalid_request`. */
export function anthropicToolOf(value: JsonValue, path: string): Tool {
  const fields = fieldsOf(value, path);
  const type = fields.optionalString('type') ?? 'custom';
  if (type !== 'custom') return { kind: 'other', protocol: 'anthropic-messages', raw: objectOf(value, path) };
  return functionToolOf(fields, 'input_schema', 'anthropic-messages');
}
