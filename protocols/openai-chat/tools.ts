import type { JsonValue } from '../../domain/json.ts';
import { fieldsOf, objectOf } from '../fields.ts';
import type { Tool } from '../request.ts';
import { functionToolOf } from '../translation/tools.ts';

/** A tool as OpenAI chat completions have it. Throws `invalid_request`. */
export function chatToolOf(value: JsonValue, path: string): Tool {
  const fields = fieldsOf(value, path);
  if (fields.string('type') !== 'function')
    return { kind: 'other', protocol: 'openai-chat', raw: objectOf(value, path) };
  return functionToolOf(fieldsOf(fields.object('function'), `${path}.function`), 'parameters', 'openai-chat');
}
