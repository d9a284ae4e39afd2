import { answerBounds, jsonSize, modelRequestBounds, type JsonBounds } from '../../domain/json-bounds.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { isJsonArray, isJsonObject } from '../../protocols/fields.ts';
import type { Sample } from '../../protocols/samples/sample.ts';
import { mapFields, mapItems } from './mapped.ts';
import { redactNumbers } from './redact-numbers.ts';
import { redact, redactText } from './redact.ts';

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

/**
 * JSON text stays JSON: what it says is redacted, and not how it is escaped; a long number in it becomes a text. Where
 * something stands in it that it does not say (a name that comes twice), it is written anew, without that.
 */
function redactJsonText(text: string): string {
  const read = parsed(text);
  if (read === undefined) return redactText(text);
  const { value, size } = createWrittenRedaction();
  const redacted = value(read.value);
  return redacted === read.value && read.size === size() ? text : JSON.stringify(redacted);
}

interface WrittenRedaction {
  /** With its texts, names, and numbers struck that would be if they stood in a text. */
  readonly value: (value: JsonValue) => JsonValue;
  /** Of the values so far, counted as those of a text are: a name that comes twice is one fewer. */
  readonly size: () => number;
}

function createWrittenRedaction(): WrittenRedaction {
  let size = 0;
  const redacted = (value: JsonValue): JsonValue => {
    size += 1;
    if (typeof value === 'number') return redactedNumber(value);
    if (typeof value === 'string') return redactText(value);
    if (!isJsonArray(value) && !isJsonObject(value)) return value;
    const before = size;
    const mapped = isJsonArray(value) ? mapItems(value, redacted) : mapFields(value, redacted, redactText);
    if (size === before) size += 1; // It is empty.
    return mapped;
  };
  return { value: redacted, size: () => size };
}

/** A number below this has fewer digits before its point than any that is struck. */
const small = 1_000_000;

function redactedNumber(value: number): JsonValue {
  if (Math.abs(value) < small) return value;
  const written = String(value);
  const redacted = redactNumbers(written);
  return redacted === written ? value : redacted;
}

/** More values or names than a request may have are nothing that a model writes for a tool: they are redacted as one text. */
const bounds: JsonBounds = { ...answerBounds, values: modelRequestBounds.values };

/** Undefined where it is no JSON, or nested deeper than what writes it again could follow. */
function parsed(text: string): { readonly value: JsonValue; readonly size: number } | undefined {
  const size = jsonSize(Buffer.from(text), bounds);
  if (typeof size !== 'number') return undefined;
  try {
    return { value: JSON.parse(text) as JsonValue, size };
  } catch {
    return undefined;
  }
}
