import { verdictOf } from '../../protocols/failures/fault.ts';
import { imageSourceOf } from '../../protocols/data-url.ts';
import { parseJson } from '../../protocols/fields.ts';
import { parseInbound } from '../../protocols/parse-inbound.ts';
import { createEventReader } from '../../protocols/test-fixtures/event-reader.ts';
import { outboundCodec } from '../../protocols/registry.ts';
import { protocols, type Protocol } from '../../protocols/request.ts';
import { createSseParser, sseFrame } from '../../protocols/sse.ts';
import { jsonExcess, maxJsonNames, modelRequestBounds } from '../../domain/json-bounds.ts';
import { labelSchema, nameSchema } from '../../domain/revision/names.ts';
import type { JsonObject } from '../../domain/json.ts';
import { SluiceError } from '../../domain/errors.ts';
import { javascriptBody } from '../../evals/assertions/javascript-source.ts';
import { interpolate, referencesWithin } from '../../evals/suite-file/interpolate.ts';
import { splitTexts } from '../../evals/suite-file/split-texts.ts';
import { splitSource } from '../../gateway/rendering/front-matter.ts';
import { compilePrompt } from '../../gateway/rendering/prompt.ts';
import { assertModestTemplate } from '../../gateway/rendering/template.ts';
import { pathOf } from '../../gateway/request-path.ts';
import { redactSample } from '../../gateway/redaction/redact-sample.ts';
import { cleanFailure } from '../../gateway/providers/clean-failure.ts';
import { redactKeys } from '../../domain/text/redact-keys.ts';
import { redactText } from '../../gateway/redaction/redact.ts';
import { failureOfStatus } from '../../protocols/failures/failure.ts';
import { digestOf } from '../../domain/revision/digest.ts';
import { storable, storableText } from '../../domain/text/storable.ts';
import type { Sample } from '../../protocols/samples/sample.ts';

/** What a caller, a model or an author may hand to the product, made of a text: the work on it, which an event loop does. */
export type Subject = (text: string) => () => unknown;

/** The work on a text itself. */
export const on =
  (work: (text: string) => unknown): Subject =>
  (text) =>
  () =>
    work(text);

/** The work on what is made of the text first, by others. */
const onMade =
  <Made>(make: (text: string) => Made, work: (made: Made) => unknown): Subject =>
  (text) => {
    const made = make(text);
    return () => work(made);
  };

const prompt = await compilePrompt('---\ninput: {schema: {a: string}}\n---\nSay {{a}} to {{history}}');

const sent = (text: string): Buffer => Buffer.from(`data: ${text}`);

function throughSse(bytes: Buffer, chunkBytes: number): void {
  const parser = createSseParser();
  for (let at = 0; at < bytes.length; at += chunkBytes) parser.push(bytes.subarray(at, at + chunkBytes));
  parser.end();
}

const saying = (message: string) => ({
  code: message,
  message,
  said: { vendor: 'openai' as const, error: { message } },
});

const calling = (written: string): Sample => ({
  version: 2,
  protocol: 'openai-chat',
  body: { messages: [{ role: 'assistant', tool_calls: [{ function: { arguments: written } }] }] },
  variables: {},
});

/** Short texts of it, as many as a request may have values, and none a part of another as reading them makes them. */
function words(text: string): string[] {
  const length = Math.ceil(text.length / modelRequestBounds.values);
  const parts = Array.from({ length: Math.ceil(text.length / length) }, (_, i) =>
    text.slice(i * length, (i + 1) * length),
  );
  return JSON.parse(JSON.stringify(parts)) as string[];
}

/** Objects of as many names, and of as many as one may have: written as JSON about as long as the text. */
function named(text: string): JsonObject[] {
  const room = text.length ** 2 / JSON.stringify(text).length;
  const all = words(text.slice(0, room / 4)).map((word, i) => [`${word} ${(7919 * i) % 50_021}`, i] as const);
  const objects = Array.from({ length: Math.ceil(all.length / maxJsonNames) }, (_, i) =>
    all.slice(i * maxJsonNames, (i + 1) * maxJsonNames),
  );
  return objects.map((fields) => Object.fromEntries(fields));
}

/** JSON of so many numbers and texts, about as long as the text. */
function listOf(text: string): string {
  const room = text.length ** 2 / JSON.stringify(text).length;
  return JSON.stringify(words(text.slice(0, (2 * room) / 3)).flatMap((word) => [word, 12345678]));
}

/** An answer that is streamed, read as its vendor's. */
function readAnswer(protocol: Protocol, bytes: Buffer): void {
  const reader = createEventReader(outboundCodec(protocol));
  const parser = createSseParser();
  for (let at = 0; at < bytes.length; at += 16_384)
    for (const message of parser.push(bytes.subarray(at, at + 16_384))) reader.read(message);
  reader.end();
}

/** Deltas of 1,000 characters in the protocol's own events. */
function answerOf(protocol: Protocol, text: string): string {
  const deltas = Array.from({ length: Math.ceil(text.length / 1000) }, (_, i) =>
    text.slice(1000 * i, 1000 * (i + 1)),
  );
  return deltas.map((delta) => sseFrame(JSON.stringify(deltaOf[protocol](delta)))).join('');
}

const deltaOf: Record<Protocol, (text: string) => object> = {
  'openai-chat': (content) => ({ choices: [{ index: 0, delta: { content } }] }),
  'openai-responses': (delta) => ({
    type: 'response.output_text.delta',
    output_index: 0,
    content_index: 0,
    delta,
  }),
  'anthropic-messages': (text) => ({
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'text_delta', text },
  }),
};

/** What the text says as JSON; itself where it says nothing. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(`[${text.replace(/,$/, '')}]`);
  } catch {
    return text;
  }
}

const ask = (content: string) => ({
  model: 'bank',
  max_tokens: 1,
  input: content,
  messages: [{ role: 'user', content }],
});

const callOf = (argumentsOf: (text: string) => string): Subject =>
  onMade((text) => calling(argumentsOf(text)), redactSample);

const plain: Readonly<Record<string, (text: string) => unknown>> = {
  redactText,
  redactKeys,
  'a vendor’s error': (text) =>
    verdictOf({ status: 400, error: { code: text, message: text, said: { vendor: 'openai', error: {} } } }),
  'parseJson: as it is': (text) => parseJson(text, 'it'),
  imageSourceOf: (text) => imageSourceOf(text),
  'storable: a text': storableText,
  'a digest': (text) => digestOf({ a: text }),
  'names and labels': (text) => [nameSchema.safeParse(text), labelSchema.safeParse(text)],
  'an error that quotes': (text) => new SluiceError('invalid_request', text, { remedy: text }),
  assertModestTemplate,
  'a prompt’s variable and history': (text) =>
    prompt.render({
      variables: { a: text },
      history: [{ role: 'user', content: [{ type: 'text', text }] }],
    }),
  // Made, and never asked: that is done in the sandbox.
  'a regular expression': (text) => new RegExp(text),
  javascriptBody,
  splitTexts,
  interpolate: (text) => interpolate(text, { a: 1 }),
  referencesWithin: (text) => referencesWithin(text, { a: 1 }),
};

/** Each is to do work that grows with its text and no faster; what it refuses by an error it has read as well. */
export const subjects: Readonly<Record<string, Subject>> = {
  ...Object.fromEntries(Object.entries(plain).map(([name, work]) => [name, on(work)])),
  'a vendor’s error, cleaned': on((text) =>
    cleanFailure(failureOfStatus(400, saying(text)), { apiKey: text.slice(0, 99), body: { a: text } }),
  ),
  'redactSample: arguments of a tool call': callOf((text) => JSON.stringify({ a: text })),
  'redactSample: arguments of a tool call, which come again': callOf(
    (text) => `{"a":1,"a":${JSON.stringify(text)}}`,
  ),
  'redactSample: arguments that are no JSON': callOf((text) => `{"a":${text}`),
  'redactSample: arguments of many values': callOf(listOf),
  'redactSample: many texts': onMade(
    (text): Sample => ({ version: 2, protocol: 'openai-chat', body: {}, variables: { a: words(text) } }),
    redactSample,
  ),
  'the SSE parser, 1 KB at a time': onMade(sent, (bytes) => {
    throughSse(bytes, 1024);
  }),
  'the SSE parser, 100 bytes at a time': onMade(sent, (bytes) => {
    throughSse(bytes, 100);
  }),
  ...Object.fromEntries(
    protocols.map((protocol) => [
      `an answer that is streamed: ${protocol}`,
      onMade(
        (text) => Buffer.from(answerOf(protocol, text)),
        (bytes) => {
          readAnswer(protocol, bytes);
        },
      ),
    ]),
  ),
  jsonExcess: onMade((text) => Buffer.from(text), jsonExcess),
  'parseJson: a text': onMade(JSON.stringify, (written) => parseJson(written, 'it')),
  'requests read, and written for another vendor': onMade(ask, (asked) => {
    for (const [i, protocol] of protocols.entries()) {
      const { request } = parseInbound(protocol, asked);
      const other = protocols[(i + 1) % protocols.length] ?? protocol;
      JSON.stringify(outboundCodec(other).writeRequest(request, 'm'));
    }
  }),
  'imageSourceOf: data': onMade((text) => `data:${text}`, imageSourceOf),
  'imageSourceOf: in base64': onMade((text) => `data:a;base64,${text}`, imageSourceOf),
  'storable: many texts': onMade(words, storable),
  'a digest of many texts': onMade(words, digestOf),
  'a digest of many names': onMade(named, digestOf),
  'redactSample: arguments of many names': callOf((text) => JSON.stringify(named(text))),
  'a digest of JSON': onMade(valueOf, digestOf),
  pathOf: onMade((text) => `/${text}`, pathOf),
  'labels that begin well': onMade(
    (text) => `a${text}`,
    (text) => labelSchema.safeParse(text),
  ),
  'front matter': onMade((text) => `---\n${text}`, splitSource),
  'front matter that ends': onMade((text) => `---\n---${text}`, splitSource),
  'javascriptBody: declarations': onMade((text) => `const a = 1; ${text}`, javascriptBody),
  'splitTexts: quoted': onMade((text) => `"${text}`, splitTexts),
};
