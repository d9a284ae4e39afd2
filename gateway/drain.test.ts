import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { waitFor } from '../tests/support/wait-for.ts';
import { systemClock } from './clock.ts';
import { createDrain } from './drain.ts';

const post = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n{';

it('waits for answers, and not for requests that never come: of none, of half a head, of half a body', async () => {
  const slow: ServerResponse[] = [];
  const server = createServer((request, response) => {
    if (request.url === '/slow') slow.push(response);
    else response.writeHead(429, { 'content-length': 1 }).end('x'); // Refused before it was there.
  });
  const drain = createDrain(server, systemClock);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const open = async (sent: string): Promise<{ socket: Socket; heard: () => string }> => {
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    await once(socket, 'connect');
    if (sent !== '') socket.write(sent);
    return { socket, heard: () => heard };
  };
  const silent = await Promise.all([open(''), open('POST / HTTP/1.1\r\nho'), open(post)]);
  const asked = await open('GET /slow HTTP/1.1\r\nhost: a\r\n\r\n');
  await waitFor(() => slow[0] !== undefined && silent[2].heard().endsWith('x'), { what: 'them' });
  const drained = drain();
  await Promise.all(silent.map(({ socket }) => once(socket, 'close')));
  slow[0]?.writeHead(200, { 'content-length': 4 }).end('well');
  await drained;
  expect(asked.heard()).toMatch(/^HTTP\/1\.1 200 [^]*well$/u);
});
