import fc from 'fast-check';
import { createSseParser, sseFrame, type SseMessage } from './sse.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function parse(bytes: Uint8Array, cuts: readonly number[] = []): SseMessage[] {
  const parser = createSseParser();
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  const messages = edges.slice(1).flatMap((edge, i) => parser.push(bytes.subarray(edges[i], edge)));
  return [...messages, ...parser.end()];
}

describe('an event stream', () => {
  it('is the same wherever its chunks end', () => {
    const line = fc
      .string({ unit: 'binary', maxLength: 12 })
      .map((text) => text.replaceAll(/[\r\n\ufeff]/g, '·'));
    const message = fc.record({
      event: line.filter((name) => name !== ''),
      lines: fc.array(line, { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 5 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.nat(), { maxLength: 20 }),
        (messages, end, cuts) => {
          const text = messages
            .map(({ event, lines }) =>
              [`: comment`, `event: ${event}`, ...lines.map((data) => `data: ${data}`), '', ''].join(end),
            )
            .join('');
          const expected = messages.map(({ event, lines }) => ({ event, data: lines.join('\n') }));
          expect(parse(bytesOf(text), cuts)).toEqual(expected);
        },
      ),
    );
  });

  it('may have each byte in a chunk of its own', () => {
    const bytes = bytesOf('event: a\r\ndata: Grüße 👋\r\n\r\ndata: b\n\n');
    expect(parse(bytes, [...bytes.keys()])).toEqual([
      { event: 'a', data: 'Grüße 👋' },
      { event: 'message', data: 'b' },
    ]);
  });

  it.each([
    ['comments', ': hello\n\n:\n\ndata: x\n\n', ['x']],
    ['data of several lines', 'data: a\ndata: b\ndata\n\n', ['a\nb\n']],
    ['a field without a space', 'data:x\n\n', ['x']],
    ['one space at most taken away', 'data:  x\n\n', [' x']],
    ['a byte order mark', '\ufeffdata: x\n\n', ['x']],
    ['unknown fields', 'id: 7\nretry: 5\nfoo: bar\ndata: x\n\n', ['x']],
    ['an event without data', 'event: ping\n\ndata: x\n\n', ['x']],
    ['an end without a blank line', 'data: x\n\ndata: [DONE]', ['x', '[DONE]']],
    ['an end in the middle of a line ending', 'data: x\r', ['x']],
  ])('knows %s', (_name, text, expected) => {
    expect(parse(bytesOf(text)).map(({ data }) => data)).toEqual(expected);
  });

  it('refuses a message that never ends', () => {
    const parser = createSseParser(100);
    parser.push(bytesOf(`data: ${'x'.repeat(50)}`));
    expect(() => parser.push(bytesOf('x'.repeat(60)))).toThrow(RangeError);
    const lines = createSseParser(100);
    expect(() => lines.push(bytesOf('data: x\n'.repeat(20)))).toThrow(RangeError);
  });

  it('is what a frame is written as', () => {
    expect(parse(bytesOf(sseFrame('{"a":1}', 'delta') + sseFrame('[DONE]')))).toEqual([
      { event: 'delta', data: '{"a":1}' },
      { event: 'message', data: '[DONE]' },
    ]);
  });
});
