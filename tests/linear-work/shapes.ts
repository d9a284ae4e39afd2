import { maxJsonNames, modelRequestBounds } from '../../domain/json-bounds.ts';
import { digestOf } from '../../domain/revision/digest.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { storable } from '../../domain/text/storable.ts';
import { asWritten, foreign } from '../../cli/output/printable.ts';
import { createAnswerParser } from '../../gateway/answer/parse-answer.ts';
import { cleanFailure } from '../../gateway/providers/clean-failure.ts';
import { redactSample } from '../../gateway/redaction/redact-sample.ts';
import { parseJson } from '../../gateway/routing/incoming.ts';
import { failureOfStatus } from '../../protocols/failures/failure.ts';
import { outboundCodec } from '../../protocols/registry.ts';
import type { Protocol } from '../../protocols/request.ts';

const most = modelRequestBounds.values - 1_000;

/** So many pieces in a row, and no more than `bytes` of them. */
function row(of: (i: number) => string, { count = most, bytes = 1024 * 1024, between = ',' } = {}): string {
  const parts: string[] = [];
  for (let i = 0, written = 0; i < count && written < bytes; i += 1) {
    const part = of(i);
    parts.push(part);
    written += part.length + between.length;
  }
  return parts.join(between);
}

/** Objects of as many names as one may have. */
const objectsOf = (field: (i: number) => string, names = maxJsonNames): string =>
  `[${row((o) => `{${row((i) => field(o * names + i), { count: names })}}`, { count: Math.floor(most / names) })}]`;

/** JSON as attackers write it, of as many values as a request may have. */
const written: Readonly<Record<string, () => string>> = {
  'names, each with a text': () => objectsOf((i) => `"n ${(i * 7919) % 50_021}":"text ${i}"`),
  'names that are people’s': () => objectsOf((i) => `"a${i}@b.example":1`),
  'names that are numbers': () => objectsOf((i) => `"${1e9 + i * 7919}":1`),
  'names of one beginning': () => objectsOf((i) => `"${'a'.repeat(100)}${i}":1`, 3_000),
  'names with escapes': () => objectsOf((i) => `"\\u0061\\u0040b.cc${i}":1`),
  'more names than one object may have': () => `{${row((i) => `"n${i}":1`)}}`,
  'small objects, each of a name of its own': () => `[${row((i) => `{"n${i}":${i}}`, { count: most / 2 })}]`,
  'objects of the same names in another order': () =>
    `[${row((o) => `{${row((i) => `"k${(i * (2 * o + 1)) % 1024}":1`, { count: 1000 })}}`, { count: 45 })}]`,
  'what is nested': () => `[${row(() => `${'{"a":['.repeat(40)}1${']}'.repeat(40)}`, { count: most / 82 })}]`,
  'long numbers': () => `[${row((i) => `123456789012345678${i}`)}]`,
  'one number': () => `[${'1'.repeat(1024 * 1024)}]`,
  'telephone numbers': () => `[${row((i) => `"+49 30 1234${i}"`)}]`,
  'JSON in JSON': () => JSON.stringify(row((i) => `{"a":"b${i}@c.example","n":12345678}`)),
};

const calling = (text: string) => ({
  version: 2 as const,
  protocol: 'openai-chat' as const,
  body: { messages: [{ role: 'assistant', tool_calls: [{ function: { arguments: text } }] }] },
  variables: {},
});

const valueOf = (text: string): JsonValue => JSON.parse(text) as JsonValue;

const ofJson: Readonly<Record<string, (text: string) => () => unknown>> = {
  'a request’s body': (text) => {
    const body = Buffer.from(text);
    return () => parseJson(body);
  },
  'redaction of a tool’s arguments': (text) => () => redactSample(calling(text)),
  'redaction of a body': (text) => {
    const sample = { ...calling(''), body: { messages: [valueOf(text)] }, variables: { a: valueOf(text) } };
    return () => redactSample(sample);
  },
  'a digest': (text) => {
    const value = valueOf(text);
    return () => digestOf(value);
  },
  'what is kept': (text) => {
    const value = valueOf(text);
    return () => storable(value);
  },
  'what is printed': (text) => {
    const value = valueOf(text);
    return () => asWritten(foreign(value));
  },
  'an error of a vendor': (text) => {
    const error: JsonObject = { message: 'no', list: valueOf(text) };
    const failed = failureOfStatus(400, { code: 'a', message: 'no', said: { vendor: 'openai', error } });
    return () => cleanFailure(failed, { apiKey: 'sk-0123456789abcdef', body: { a: 'hello' } });
  },
};

/** Answers that are no longer than a megabyte, of as many pieces as that holds. */
const answers: Readonly<Record<string, readonly [Protocol, () => string]>> = {
  'chunks of a character': [
    'openai-chat',
    () => frames(() => '{"choices":[{"index":0,"delta":{"content":"a"}}]}'),
  ],
  'chunks of nothing': ['openai-chat', () => frames(() => '{"choices":[]}')],
  'chunks of a name each': ['openai-chat', () => frames((i) => `{"choices":[],"n${i}":1}`)],
  'pieces of calls': [
    'openai-chat',
    () => frames(() => '{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"a"}}]}}]}'),
  ],
  'very many calls in one': [
    'openai-chat',
    () => frames(() => `{"choices":[{"delta":{"tool_calls":[${row(() => '{}', { count: Infinity })}]}}]}`, 1),
  ],
  'lines that end in CR': ['openai-chat', () => row(() => 'data:{"choices":[]}', lines('\r\r'))],
  'data in lines': [
    'anthropic-messages',
    () => row(() => 'data:{\ndata:"type":\ndata:"ping"}', lines('\n\n')),
  ],
  'events of a character': [
    'anthropic-messages',
    () => frames(() => '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}}'),
  ],
  'blocks that open': [
    'anthropic-messages',
    () =>
      frames((i) => `{"type":"content_block_start","index":${i},"content_block":{"type":"text","text":""}}`),
  ],
  'responses of a character': [
    'openai-responses',
    () =>
      frames(() => '{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"a"}'),
  ],
};

const lines = (between: string) => ({ count: Infinity, between });

function frames(of: (i: number) => string, count = Infinity): string {
  return row((i) => `data: ${of(i)}`, { count, between: '\n\n' });
}

function reading([protocol, text]: readonly [Protocol, () => string], pieceBytes: number): () => unknown {
  const bytes = Buffer.from(text());
  return () => {
    const parser = createAnswerParser({ codec: outboundCodec(protocol), isStream: true, isRelayed: false });
    for (let at = 0; at < bytes.length; at += pieceBytes) parser.push(bytes.subarray(at, at + pieceBytes));
    return parser.end();
  };
}

/** Made for each: work on about a megabyte that no piece of text makes when it is repeated. */
export const shapes: Readonly<Record<string, () => () => unknown>> = {
  ...Object.fromEntries(
    Object.entries(ofJson).flatMap(([what, work]) =>
      Object.entries(written).map(([name, text]) => [`${what}: ${name}`, () => work(text())]),
    ),
  ),
  ...Object.fromEntries(
    Object.entries(answers).flatMap(([name, answer]) =>
      [16_384, 100].map((size) => [`${name}, ${size} bytes at a time`, () => reading(answer, size)]),
    ),
  ),
};
