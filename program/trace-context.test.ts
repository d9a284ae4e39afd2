import { traceContextOf } from './trace-context.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

it('knows the trace of a request, and passes on what came', () => {
  expect(traceContextOf({ traceparent })).toEqual({ traceId, headers: { traceparent } });
  expect(traceContextOf({ traceparent, tracestate: 'a=1' })?.headers).toEqual({
    traceparent,
    tracestate: 'a=1',
  });
});

it.each([
  [undefined],
  [''],
  ['00-0af7-b7ad6b7169203331-01'],
  [`00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
  [`00-${traceId.toUpperCase()}-b7ad6b7169203331-01`],
  [`${traceparent}\n`],
  [`${traceparent}x`],
])('takes nothing of what is no trace: %j', (given) => {
  expect(traceContextOf({ traceparent: given })).toBeUndefined();
});
