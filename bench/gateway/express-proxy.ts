// The rival: the simplest proxy that one would write, Express 5 and fetch. It forwards and does nothing else: no arms, no
// prompt, no counts, no failover, no time-outs. `node express-proxy.ts <base URL of the provider>` prints its port.
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express from 'express';

const provider = process.argv[2] ?? '';
const app = express();
app.use(express.json({ limit: '10mb' }));
app.post('/v1/chat/completions', async (request, response) => {
  const answer = await fetch(`${provider}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer any' },
    body: JSON.stringify(request.body),
  });
  response.status(answer.status).type(answer.headers.get('content-type') ?? 'application/json');
  if (answer.body === null) response.end();
  else await pipeline(Readable.fromWeb(answer.body), response);
});
const server = app.listen(0, '127.0.0.1', () => {
  console.log((server.address() as AddressInfo).port); // a TCP server's address is one
});
