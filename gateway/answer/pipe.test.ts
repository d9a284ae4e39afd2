import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import type { Dispatcher } from 'undici';
import type { JsonObject } from '../../domain/json.ts';
import type { Usage } from '../../domain/usage.ts';
import { manualClock } from '../test-fixtures/manual-clock.ts';
import type { AnswerEnd } from '../../protocols/event.ts';
import { failure } from '../../protocols/failures/failure.ts';
import { parseInbound } from '../../protocols/parse-inbound.ts';
import { createEventReader } from '../../protocols/test-fixtures/event-reader.ts';
import * as recorded from '../../protocols/test-fixtures/recorded-answers.ts';
import { inboundCodec, outboundCodec } from '../../protocols/registry.ts';
import { protocols, type Protocol } from '../../protocols/request.ts';
import { createSseParser } from '../../protocols/sse.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import type { AnswerOutput } from './output.ts';
import { openPipe } from './pipe.ts';

const target: ResolvedTarget = {
  provider: 'p',
  kind: 'openai',
  baseUrl: 'http://provider.test/v1',
  model: 'm',
  logicalModel: 'm',
  parameters: {},
  timeoutsMs: { connect: 100, firstContent: 1_000, idle: 1_000 },
};

/** A pipe whose provider is in the hands of the test, and what came out of it. */
function pipeUnderTest(protocol: Protocol, { relays, stream = true }: { relays: boolean; stream?: boolean }) {
  const clock = manualClock();
  const seen = {
    aborts: 0,
    pauses: 0,
    text: '',
    usage: undefined as Usage | undefined,
    ends: [] as AnswerEnd[],
    late: 0,
    hasFlown: false,
    isFull: false,
  };
  const told: Dispatcher.DispatchController = {
    aborted: false,
    paused: false,
    reason: null,
    abort: () => (seen.aborts += 1),
    pause: () => (seen.pauses += 1),
    resume: () => (seen.pauses -= 1),
  };
  let handler: Dispatcher.DispatchHandler = {};
  const dispatch = (_options: unknown, given: Dispatcher.DispatchHandler): boolean => {
    handler = given;
    return true;
  };
  const pools = { of: () => ({ dispatch }), close: () => Promise.resolve() };
  const codec = outboundCodec(protocol);
  const pipe = openPipe({
    ...{ pools, clock, target, codec, body: { stream } satisfies JsonObject, limitMs: undefined },
    relayTo: relays ? protocol : undefined,
    onStatus: () => undefined,
  });
  pipe.opened.catch(() => undefined);
  const said =
    protocol === 'openai-responses' ? { input: 'Hi' } : { messages: [{ role: 'user', content: 'Hi' }] };
  const { request } = parseInbound(protocol, {
    model: 'app',
    max_tokens: 9,
    stream,
    stream_options: { include_usage: true },
    ...said,
  });
  const writer = inboundCodec(protocol).createStreamWriter({ id: 'own', createdS: 1, request });
  const output: AnswerOutput = {
    take(pieces) {
      if (seen.ends.length > 0) seen.late += 1;
      for (const { scan, brings } of pieces) {
        seen.usage = scan.usage ?? seen.usage;
        if (brings.kind === 'relayed') seen.text += writer.relay(brings);
        if (brings.kind === 'events')
          seen.text += brings.events.flatMap((event) => writer.write(event)).join('');
      }
      return !seen.isFull;
    },
    whenDrained: () => undefined,
    end: (end) => seen.ends.push(end),
    crash: (error) => {
      throw error;
    },
  };
  handler.onRequestStart?.(told, {});
  return {
    clock,
    pipe,
    seen,
    endOfRelayed: writer.endOfRelayed,
    head: () =>
      handler.onResponseStart?.(told, 200, {
        'content-type': stream ? 'text/event-stream' : 'application/json',
      }),
    bytes: (chunk: Uint8Array) => handler.onResponseData?.(told, Buffer.from(chunk)),
    ended: () => handler.onResponseEnd?.(told, {}),
    broke: () => handler.onResponseError?.(told, new Error('reset')),
    flow() {
      if (seen.hasFlown) return;
      seen.hasFlown = true;
      pipe.flowTo(output, () => undefined);
    },
  };
}

const streams: Record<Protocol, readonly (readonly string[])[]> = {
  'openai-chat': [recorded.chatStream, recorded.chatToolStream],
  'openai-responses': [recorded.responsesStream, recorded.responsesToolStream],
  'anthropic-messages': [recorded.anthropicStream, recorded.anthropicToolStream],
};
const layouts = [
  (text: string) => text,
  (text: string) => text.replaceAll('\n', '\r\n'),
  (text: string) => `\uFEFF: hello\n\n${text}`.replaceAll('\n', '\r'),
];

function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge));
}

describe.each(protocols)('a stream of %s', (protocol) => {
  const stream = fc.constantFrom(...streams[protocol]);

  it('gives the same bytes and the same facts wherever its chunks end', () => {
    fc.assert(
      fc.property(
        stream,
        fc.constantFrom(...layouts),
        fc.array(fc.nat(), { maxLength: 40 }),
        fc.boolean(),
        (frames, layout, cuts, relays) => {
          const whole = pipeUnderTest(protocol, { relays });
          const cut = pipeUnderTest(protocol, { relays });
          for (const [under, chunks] of [
            [whole, [new TextEncoder().encode(frames.join(''))]],
            [cut, pieces(new TextEncoder().encode(layout(frames.join(''))), cuts)],
          ] as const) {
            under.head();
            for (const chunk of chunks) under.bytes(chunk);
            under.ended();
            under.flow();
          }
          expect(cut.seen).toEqual(whole.seen);
          expect(cut.seen.ends).toMatchObject([{ type: 'finish' }]);
          expect(cut.seen.usage?.outputTokens).toBeGreaterThan(0);
          expect(cut.clock.pending()).toBe(0);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('says, relayed, what its events say', () => {
    for (const frames of streams[protocol]) {
      const text = frames.join('');
      const under = pipeUnderTest(protocol, { relays: true });
      under.head();
      under.bytes(new TextEncoder().encode(text));
      under.ended();
      under.flow();
      const parser = createSseParser();
      const reader = createEventReader(outboundCodec(protocol));
      const events = [...parser.push(new TextEncoder().encode(text))].flatMap((message) =>
        reader.read(message),
      );
      events.push(...reader.end());
      expect(under.seen.ends).toEqual([events.at(-1)]);
      expect(under.seen.usage).toEqual(events.find((event) => event.type === 'usage')?.usage);
      const again = createEventReader(outboundCodec(protocol));
      const relayed = under.seen.text + under.endOfRelayed;
      const read = createSseParser()
        .push(new TextEncoder().encode(relayed))
        .flatMap((message) => again.read(message));
      expect([...read, ...again.end()]).toEqual(events);
      expect(under.seen.text).toContain('"id":"own"');
    }
  });

  it('ends exactly once, whatever comes when', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.nat(400).map((length) => ({ kind: 'bytes', length }) as const) },
      ...(['ended', 'broke', 'cancel', 'time', 'flow', 'malformed', 'error'] as const).map((kind) => ({
        weight: 1,
        arbitrary: fc.constant({ kind }),
      })),
    );
    fc.assert(
      fc.property(stream, fc.array(step, { maxLength: 30 }), fc.boolean(), (frames, steps, relays) => {
        const under = pipeUnderTest(protocol, { relays });
        const bytes = new TextEncoder().encode(frames.join(''));
        let sent = 0;
        let isOver = false; // of the connection: nothing comes after its end
        under.head();
        for (const each of steps) {
          switch (each.kind) {
            case 'bytes':
              if (!isOver) under.bytes(bytes.subarray(sent, sent + each.length));
              sent += each.length;
              break;
            case 'malformed':
            case 'error':
              if (!isOver)
                under.bytes(
                  Buffer.from(
                    each.kind === 'error'
                      ? '\n\ndata: {"type":"error","error":{"type":"api_error","message":"No."},"message":"No.","code":"server_error"}\n\n'
                      : '\n\ndata: {"a\n\n',
                  ),
                );
              break;
            case 'ended':
            case 'broke':
              if (!isOver) under[each.kind]();
              isOver = true;
              break;
            case 'cancel':
              under.pipe.cancel(failure('aborted', 'The caller went away.'));
              break;
            case 'time':
              under.clock.advance(400);
              break;
            case 'flow':
              under.flow();
              break;
          }
        }
        under.flow();
        under.pipe.cancel(failure('aborted', 'The caller went away.'));
        under.ended();
        expect(under.seen.ends).toHaveLength(1);
        expect(under.seen.late).toBe(0);
        under.clock.advance(2_000);
        expect(under.clock.pending()).toBe(0);
      }),
      { numRuns: 80 },
    );
  });
});

it('lets a slow caller stop its provider, and no timer run meanwhile', () => {
  const under = pipeUnderTest('openai-chat', { relays: true });
  under.head();
  under.bytes(new TextEncoder().encode(recorded.chatStream.slice(0, 2).join('')));
  under.seen.isFull = true;
  under.flow();
  expect(under.seen.pauses).toBe(1);
  under.clock.advance(1_000_000);
  expect(under.seen.ends).toEqual([]);
});

it('cuts off an answer that is longer than any is', () => {
  const under = pipeUnderTest('openai-chat', { relays: true });
  under.head();
  under.flow();
  const comment = Buffer.from(`: ${'x'.repeat(1024 * 1024)}\n\n`);
  for (let i = 0; i < 33; i += 1) under.bytes(comment);
  expect(under.seen.ends).toMatchObject([{ type: 'error', failure: { kind: 'broken' } }]);
  expect(under.seen.aborts).toBe(1);
});

it('keeps nothing of a stream that it has sent', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const under = pipeUnderTest('openai-chat', { relays: true });
  under.head();
  under.flow();
  const sent: WeakRef<Uint8Array>[] = [];
  for (let i = 0; i < 200; i += 1) {
    const chunk = Buffer.from(recorded.chatStream[1] ?? '');
    sent.push(new WeakRef(chunk));
    under.bytes(chunk);
    await new Promise((resolve) => setImmediate(resolve));
  }
  collectGarbage();
  expect(sent.filter((chunk) => chunk.deref() !== undefined).length).toBeLessThan(20);
});
