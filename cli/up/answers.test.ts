import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { useDatabase } from '../../config-store/test-fixtures/use-database.ts';
import { answersHttp, answersSql } from './answers.ts';
import { freePort } from './servers/free-port.ts';

const database = useDatabase();
let servers: Server[] = [];
const taken = new Set<Socket>();

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** As a stopped program: the kernel takes connections for it, and nobody says anything. */
const hanging = (): Promise<number> => listening(createServer((socket) => taken.add(socket)));

afterEach(async () => {
  for (const socket of taken) socket.destroy();
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  servers = [];
});

describe('of an HTTP server', () => {
  it('is any answer one, and none where it hangs or is away', async () => {
    const unready = await listening(createHttpServer((_request, response) => response.writeHead(503).end()));
    expect(await answersHttp(`http://127.0.0.1:${unready}/healthz`, 5_000)).toBe(true);
    expect(await answersHttp(`http://127.0.0.1:${await hanging()}/healthz`, 100)).toBe(false);
    expect(await answersHttp(`http://127.0.0.1:${await freePort()}/healthz`, 5_000)).toBe(false);
  });
});

describe('of a PostgreSQL', () => {
  it('is a refusal an answer as well, and silence none', async () => {
    const nobody = new URL(database.url);
    nobody.pathname = '/not-there';
    expect(await answersSql(database.url, 5_000)).toBe(true);
    expect(await answersSql(nobody.href, 5_000)).toBe(true);
    expect(await answersSql(`postgres://nobody@127.0.0.1:${await hanging()}/none`, 100)).toBe(false);
    expect(await answersSql(`postgres://nobody@127.0.0.1:${await freePort()}/none`, 5_000)).toBe(false);
  });
});
