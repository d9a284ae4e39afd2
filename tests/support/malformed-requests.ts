import { connect } from 'node:net';
import fc from 'fast-check';

const targets = [
  ...[
    '//',
    '/\\',
    '//a:99999/x',
    '//[',
    '/\\[',
    'http://[',
    'http://a:99999/x',
    'http://',
    'https:',
    '*',
    '',
    '%',
  ],
  ...[
    '\\',
    '?',
    '#',
    '//v1/chat/completions',
    '/%',
    '/%zz',
    '/%E0%A4%A',
    '/..//..',
    '/v1/apps/%00',
    '/\u00ff',
  ],
  ...[
    `/${'a'.repeat(9_000)}`,
    `/${'a/'.repeat(4_000)}`,
    `/?${'a=b&'.repeat(2_000)}`,
    '/v1/apps?limit[]=1&limit[]=2',
  ],
];

const headers = [
  ...['content-length: -1', 'content-length: 1e9', 'content-length: 99999999999999', 'content-length: 5'],
  ...[
    'transfer-encoding: chunked',
    'transfer-encoding: chunked\r\ncontent-length: 3',
    'transfer-encoding: wat',
  ],
  ...[
    'expect: 100-continue',
    'expect: wat',
    'connection: upgrade\r\nupgrade: websocket',
    'host:',
    ': x',
    ' x: y',
  ],
  ...['x-sluice-subject: \u00ff\u0080', `x-sluice-conversation: ${'c'.repeat(8_000)}`, 'x-sluice-pin: x'],
  ...['x-sluice-assignment: ..', 'x-sluice-target: 9', 'traceparent: 00-x', 'x-stainless-retry-count: -1e99'],
  ...[
    'authorization: Bearer \u00ff',
    'authorization:',
    'content-type: application/json',
    'content-type: a/b; c',
  ],
  ...[
    'content-encoding: gzip',
    'content-encoding: wat',
    'idempotency-key: \u00ff',
    `cookie: ${'x'.repeat(20_000)}`,
  ],
];

const bodies = [
  '',
  '{',
  '[]',
  'null',
  '"x"',
  '{"model":1}',
  '{"model":"\\ud800"}',
  '0\r\n\r\n',
  'ffffffffffff\r\n',
];
const paths = [
  '/v1/chat/completions',
  '/v1/messages',
  '/v1/assign',
  '/v1/outcomes',
  '/v1/apps',
  '/healthz',
  '/readyz',
];

const requestOf = (method: string, target: string, version: string, lines: readonly string[], body: string) =>
  Buffer.from([`${method} ${target} ${version}`, ...lines, '', body].join('\r\n'), 'latin1');

/** Every odd target by a `GET`, and everything odd that a `POST` can carry: what every server of ours must survive. */
export const malformedRequests: readonly Buffer[] = [
  ...targets.map((target) => requestOf('GET', target, 'HTTP/1.1', ['host: a'], '')),
  ...headers.map((line) =>
    requestOf('POST', '/v1/chat/completions', 'HTTP/1.1', ['host: a', line], '{"a":1}'),
  ),
  Buffer.from('\u0016\u0003\u0001\u0002\u0000\u0001', 'latin1'), // the beginning of TLS
  Buffer.from('GET'),
  Buffer.from('\r\n\r\n\r\n'),
  Buffer.alloc(70_000, 'x'),
];

/** Any mixture of these. */
export const anyRequest: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'CONNECT', 'TRACE', 'FOO', 'g\u0000t'),
    fc.oneof(fc.constantFrom(...targets, ...paths), fc.string({ maxLength: 12 })),
    fc.constantFrom('HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'wat'),
    fc.subarray(headers, { maxLength: 4 }),
    fc.constantFrom(...bodies),
  )
  .map(([method, target, version, lines, body]) =>
    requestOf(method, target, version, ['host: a', 'connection: close', ...lines], body),
  );

/** Sends bytes, says that there are no more, and gives the statuses of all that was answered before the connection ended. */
export function sendRaw(url: string, bytes: Buffer): Promise<number[]> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.end(bytes));
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
    socket.on('error', () => undefined); // A server may end a connection that sends what it does not take.
    socket.on('close', () => {
      resolve([...answer.matchAll(/HTTP\/1\.1 (\d{3})/gu)].map(([, status]) => Number(status)));
    });
  });
}
