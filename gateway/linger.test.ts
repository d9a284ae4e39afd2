import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { waitFor } from '../tests/support/wait-for.ts';
import { linger } from './linger.ts';
import { manualClock } from './test-fixtures/manual-clock.ts';

const clock = manualClock();
let server: Server;
let socket: Socket;
let ended = 0;

beforeEach(async () => {
  ended = 0;
  server = createServer((request, response) => {
    response.writeHead(413, { connection: 'close', 'content-length': 2 }).write('no');
    void linger(request, clock).then(() => {
      ended += 1;
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 40000000\r\n\r\n');
});

afterEach(() => {
  socket.destroy();
  server.close();
});

/** What the caller has heard. */
function heard(): () => string {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return () => text;
}

it('answers who still sends, and takes what comes for a while', async () => {
  const text = heard();
  socket.write(Buffer.alloc(1_000_000));
  await waitFor(() => text().endsWith('no'), { what: 'the answer' });
  expect(ended).toBe(0);
  clock.advance(2_000);
  await once(socket, 'close');
  expect(ended).toBe(1);
});

it('takes no more than 16 MB', async () => {
  socket.on('error', () => undefined); // It is hung up on.
  heard();
  socket.write(Buffer.alloc(17 * 1024 * 1024));
  await once(socket, 'close');
  expect(ended).toBe(1);
});

it('waits for nobody who went away', async () => {
  const text = heard();
  await waitFor(() => text().endsWith('no'), { what: 'the answer' });
  socket.destroy();
  await waitFor(() => ended === 1, { what: 'the end' });
  expect(clock.pending()).toBe(0);
});
