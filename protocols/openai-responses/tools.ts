import type { JsonValue } from '../../domain/json.ts';
import { fieldsOf, objectOf } from '../fields.ts';
import type { Tool } from '../request.ts';
import { functionToolOf } from '../translation/tools.ts';

/** A tool as OpenAI responses have it. Throws `invalid_request`. */
export function responsesToolOf(value: JsonValue, path: string): Tool {
  const fields = fieldsOf(value, path);
  if (fields.string('type') !== 'function')
    return { kind: 'other', protocol: 'openai-responses', raw: objectOf(value, path) };
  return functionToolOf(fields, 'parameters', 'openai-responses');
}
