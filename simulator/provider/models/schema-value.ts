/** What there is to fill into a JSON object that somebody asked for. */
export interface Facts {
  readonly label?: string;
  readonly confidence: number;
  readonly sentence: string;
  readonly query: string;
}

const LABEL_KEY = /^(?:intent|category|label|class|topic)(?:_?name)?$/iu;
const QUERY_KEY = /(?:query|question|message|text|input|search)/iu;
const CONFIDENCE_KEY = /(?:confidence|score|probability)/iu;

type Schema = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A JSON value that satisfies a (simple) JSON Schema, filled with what the model knows. Local `$ref`s are followed. */
export function valueForSchema(schema: unknown, facts: Facts, key = '', root: unknown = schema): unknown {
  const read = resolve(schema, root);
  if (!isObject(read)) return sentenceFor(key, facts);
  if ('const' in read) return read['const'];
  if (Array.isArray(read['enum'])) return pickFromEnum(read['enum'], facts);
  const alternative: unknown = [read['anyOf'], read['oneOf'], read['allOf']].find(Array.isArray)?.[0];
  if (alternative !== undefined) return valueForSchema(alternative, facts, key, root);
  switch (typeOf(read)) {
    case 'object':
      return objectFor(read, facts, root);
    case 'array':
      return [valueForSchema(read['items'], facts, key, root)];
    case 'integer':
    case 'number':
      return numberFor(read, key, facts);
    case 'boolean':
      return facts.confidence >= 0.5;
    case 'null':
      return null;
    default:
      return sentenceFor(key, facts);
  }
}

/** A value for each named key, for prompts that show the JSON they want instead of a schema. */
export function objectForKeys(keys: readonly string[], facts: Facts): Record<string, unknown> {
  const value = (key: string): unknown =>
    CONFIDENCE_KEY.test(key) ? round(facts.confidence) : sentenceFor(key, facts);
  return Object.fromEntries(keys.map((key) => [key, value(key)]));
}

function resolve(schema: unknown, root: unknown): unknown {
  if (!isObject(schema) || typeof schema['$ref'] !== 'string') return schema;
  const path = schema['$ref'].replace(/^#\/?/u, '').split('/').filter(Boolean);
  return path.reduce<unknown>((at, part) => (isObject(at) ? at[part] : undefined), root);
}

function typeOf(schema: Schema): unknown {
  const type: unknown = Array.isArray(schema['type']) ? schema['type'][0] : schema['type'];
  return type ?? (isObject(schema['properties']) ? 'object' : 'string');
}

function objectFor(schema: Schema, facts: Facts, root: unknown): Record<string, unknown> {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  return Object.fromEntries(
    Object.entries(properties).map(([key, inner]) => [key, valueForSchema(inner, facts, key, root)]),
  );
}

function pickFromEnum(values: readonly unknown[], facts: Facts): unknown {
  const said = facts.query.toLowerCase();
  const named = values.find((value) => typeof value === 'string' && said.includes(value.toLowerCase()));
  return values.find((value) => value === facts.label) ?? named ?? values[0];
}

function numberFor(schema: Schema, key: string, facts: Facts): number {
  const found = CONFIDENCE_KEY.test(key)
    ? facts.confidence
    : Number(/\d+(?:\.\d+)?/u.exec(facts.query)?.[0] ?? 0);
  const [low, high] = [schema['minimum'], schema['maximum']];
  const bounded = Math.min(
    Math.max(found, typeof low === 'number' ? low : 0),
    typeof high === 'number' ? high : Infinity,
  );
  return typeOf(schema) === 'integer' ? Math.round(bounded) : round(bounded);
}

function sentenceFor(key: string, facts: Facts): string {
  if (LABEL_KEY.test(key)) return facts.label ?? 'unknown';
  return QUERY_KEY.test(key) ? facts.query : facts.sentence;
}

const round = (value: number): number => Math.round(value * 100) / 100;
