import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitFor } from '../../../tests/support/wait-for.ts';
import { costIn, watchSpending } from './spending.ts';

let server: Server | undefined;

function listen(answer: RequestListener): Promise<string> {
  const listening = createServer(answer).listen(0, '127.0.0.1');
  server = listening;
  return new Promise((resolve) => {
    listening.once('listening', () => {
      resolve(`http://127.0.0.1:${(listening.address() as AddressInfo).port}`);
    });
  });
}

afterEach(() => server?.close());

const metric = (usd: number) =>
  `sluice_requests_total{app="a"} 3\nsluice_provider_cost_usd_total{provider="openai",model="m"} ${usd}\n`;

it('adds up the models of a gateway', () => {
  expect(costIn(metric(0.25) + metric(1e-7))).toBeCloseTo(0.250_000_1, 12);
  expect(costIn('sluice_requests_total{app="a"} 3\n')).toBe(0);
});

it('adds up gateways, and stops the demo shortly before the cap', async () => {
  let usd = 0.2;
  const url = await listen((_, response) => response.end(metric(usd)));
  const spending = watchSpending([url, url]);
  await waitFor(() => spending.totalUsd() === 0.4, { what: 'the first reading' });
  usd = 0.48;
  expect(await spending.exhausted).toContain('0.96 USD are spent');
  await spending.stop();
});

it('stops the demo when the meter cannot be read', async () => {
  const url = await listen((_, response) => response.writeHead(500).end());
  const spending = watchSpending([url], 10);
  expect(await spending.exhausted).toContain('cannot be read');
  await spending.stop();
});
