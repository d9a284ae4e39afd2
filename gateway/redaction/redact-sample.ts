import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { isJsonArray, isJsonObject } from '../../protocols/fields.ts';
import type { Sample } from '../../protocols/samples/sample.ts';
import { mapFields, mapItems } from '../../domain/mapped.ts';
import { redactJsonText } from './redact-json-text.ts';
import { redact } from './redact.ts';

/**
 * A sample whose texts are redacted and whose form is whole: it can be asked again. What a provider checks by its bytes
 * stays as it is, for nobody wrote it.
 */
export function redactSample(sample: Sample): Sample {
  const { body, variables, documents } = sample;
  return {
    ...sample,
    body: mapFields(body, redactAsked),
    variables: mapFields(variables, redact),
    ...(documents === undefined ? {} : { documents: documents.map((each) => mapFields(each, redact)) }),
  };
}

/** Names of a provider's own: kinds, ids that pair a call with its answer, signatures. */
const opaqueFields: readonly string[] = [
  'type',
  'tool_call_id',
  'tool_use_id',
  'call_id',
  'signature',
  'encrypted_content',
];

/** What stands in a request: items that say of which `type` they are, and texts. */
function redactAsked(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return mapItems(value, redactAsked);
  if (!isJsonObject(value)) return typeof value === 'string' && isDataUrl(value) ? value : redact(value);
  return mapFields(value, (field, name) => redactField(name, field, value));
}

function redactField(name: string, field: JsonValue, item: JsonObject): JsonValue {
  const isItem = typeof item['type'] === 'string';
  if (typeof field === 'string') {
    if (opaqueFields.includes(name) || (isItem && (name === 'id' || name === 'data'))) return field;
    if (name === 'arguments') return redactJsonText(field);
  }
  // What a model wrote for a tool is the application's, whatever its fields are called.
  return name === 'input' && isJsonObject(field) ? redact(field) : redactAsked(field);
}

function isDataUrl(text: string): boolean {
  return /^data:[^,]*;base64,/.test(text);
}
