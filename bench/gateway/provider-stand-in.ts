// A provider that answers every chat completion at once with the same words, whole or in 20 chunks: what it costs is
// small beside what is measured. Prints its port.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const words = Array.from({ length: 20 }, (_, i) => `word${i} `);
const base = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'stand-in' };
const usage = { prompt_tokens: 40, completion_tokens: 20, total_tokens: 60 };
const whole = JSON.stringify({
  ...base,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: words.join('') },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage,
});
const chunk = (choices: object[], more: object = {}): string =>
  `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices, ...more })}\n\n`;
const chunks = [
  ...words.map((content) =>
    chunk([{ index: 0, delta: { role: 'assistant', content }, finish_reason: null }]),
  ),
  chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]),
  chunk([], { usage }),
  'data: [DONE]\n\n',
];

function stream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const next = (i: number): void => {
    const text = chunks[i];
    if (text === undefined) response.end();
    else
      response.write(text, () => {
        next(i + 1);
      });
  };
  next(0);
}

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
  request.once('end', () => {
    if (body.includes('"stream":true')) stream(response);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(whole);
  });
});
server.listen(0, '127.0.0.1', () => {
  console.log((server.address() as AddressInfo).port); // a TCP server's address is one
});
