import { verdictOf } from '../../protocols/failures/fault.ts';
import { imageSourceOf } from '../../protocols/data-url.ts';
import { parseJson } from '../../protocols/fields.ts';
import { parseInbound } from '../../protocols/parse-inbound.ts';
import { outboundCodec } from '../../protocols/registry.ts';
import { protocols } from '../../protocols/request.ts';
import { createSseParser } from '../../protocols/sse.ts';
import { jsonExcess } from '../../domain/json-bounds.ts';
import { labelSchema, nameSchema } from '../../domain/revision/names.ts';
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
import { visibleText } from '../../domain/text/visible-text.ts';

/** What a caller, a model or an author may hand to the product, and works on it on an event loop. */
export type Subject = (text: string) => unknown;

const prompt = await compilePrompt('---\ninput: {schema: {a: string}}\n---\nSay {{a}} to {{history}}');

function throughSse(text: string, chunkBytes: number): void {
  const parser = createSseParser();
  const bytes = Buffer.from(`data: ${text}`);
  for (let at = 0; at < bytes.length; at += chunkBytes) parser.push(bytes.subarray(at, at + chunkBytes));
  parser.end();
}

const saying = (message: string) => ({
  code: message,
  message,
  said: { vendor: 'openai' as const, error: { message } },
});

const ask = (content: string) => ({
  model: 'bank',
  max_tokens: 1,
  input: content,
  messages: [{ role: 'user', content }],
});

/** Each is to do work that grows with its text and no faster; what it refuses by an error it has read as well. */
export const subjects: Readonly<Record<string, Subject>> = {
  redactText,
  redactKeys,
  cleanFailure: (text) =>
    cleanFailure(failureOfStatus(400, saying(text)), { apiKey: text.slice(0, 99), body: { a: text } }),
  visibleText,
  'redactSample: arguments of a tool call': (text) =>
    redactSample({
      version: 2,
      protocol: 'openai-chat',
      body: { messages: [{ role: 'assistant', tool_calls: [{ function: { arguments: `{"a":${text}` } }] }] },
      variables: { a: text },
    }),
  'the SSE parser, 1 KB at a time': (text) => {
    throughSse(text, 1024);
  },
  'the SSE parser, 100 bytes at a time': (text) => {
    throughSse(text, 100);
  },
  jsonExcess: (text) => jsonExcess(Buffer.from(text)),
  'parseJson: a text': (text) => parseJson(JSON.stringify(text), 'it'),
  'parseJson: as it is': (text) => parseJson(text, 'it'),
  'requests read, and written for another vendor': (text) => {
    for (const [i, protocol] of protocols.entries()) {
      const { request } = parseInbound(protocol, ask(text));
      const other = protocols[(i + 1) % protocols.length] ?? protocol;
      JSON.stringify(outboundCodec(other).writeRequest(request, 'm'));
    }
  },
  imageSourceOf: (text) => [
    imageSourceOf(text),
    imageSourceOf(`data:${text}`),
    imageSourceOf(`data:a;base64,${text}`),
  ],
  'a vendor’s error': (text) =>
    verdictOf({ status: 400, error: { code: text, message: text, said: { vendor: 'openai', error: {} } } }),
  pathOf: (text) => pathOf(`/${text}`),
  'names and labels': (text) => [
    nameSchema.safeParse(text),
    labelSchema.safeParse(text),
    labelSchema.safeParse(`a${text}`),
  ],
  'an error that quotes': (text) => new SluiceError('invalid_request', text, { remedy: text }),
  'front matter': (text) => splitSource(`---\n${text}`),
  'front matter that ends': (text) => splitSource(`---\n---${text}`),
  assertModestTemplate,
  'a prompt’s variable and history': (text) =>
    prompt.render({
      variables: { a: text },
      history: [{ role: 'user', content: [{ type: 'text', text }] }],
    }),
  // Made, and never asked: that is done in the sandbox.
  'a regular expression': (text) => new RegExp(text),
  javascriptBody,
  'javascriptBody: declarations': (text) => javascriptBody(`const a = 1; ${text}`),
  splitTexts,
  'splitTexts: quoted': (text) => splitTexts(`"${text}`),
  interpolate: (text) => interpolate(text, { a: 1 }),
  referencesWithin: (text) => referencesWithin(text, { a: 1 }),
};

/** Classes of characters, each of which some expression repeats. */
export const pieces: readonly string[] = [
  ...[' ', '\n', '\u0000', 'a', 'A', '7', '@', '.', '-', ',', ';', '"', '\\', '[', '漢😀', '\ud800'],
  ...[
    'a@',
    'a.',
    'a@b.c ',
    '1 ',
    '12-',
    'AB12 ',
    '\\"',
    '[],',
    '1) ',
    '+1',
    'DE89 ',
    'sk-a*',
    'eyJ-',
    '{"a":',
    '{{',
    '{{a}}',
    '--- ',
    '\r\n',
    '";',
  ],
];
