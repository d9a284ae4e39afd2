import { createServer } from 'node:http';
import { freePort, isPortFree } from './servers/free-port.ts';
import { usualOrFree } from './ports.ts';

it('is the same at every start while it is free', async () => {
  const port = await freePort();
  const told: string[] = [];
  const tell = (line: string) => told.push(line);
  expect([await usualOrFree(port, tell), await usualOrFree(port, tell)]).toEqual([port, port]);
  expect(told).toEqual([]);
});

it('is another where somebody has taken it, and says so', async () => {
  const port = await freePort();
  const other = createServer();
  await new Promise<void>((done) => other.listen(port, '127.0.0.1', done));
  const told: string[] = [];
  const chosen = await usualOrFree(port, (line) => told.push(line));
  await new Promise((done) => other.close(done));
  expect(chosen).not.toBe(port);
  expect(await isPortFree(chosen)).toBe(true);
  expect(told).toEqual([`Port ${port} is taken; using ${chosen} instead.`]);
});
