import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { SluiceError } from '../../domain/errors.ts';
import { createHostCheck } from './allowed-hosts.ts';

/** What one check after the other says of requests to these hosts, in their order. */
function checks(...requests: { host?: string; url?: string; localAddress?: string }[]) {
  const requireHost = createHostCheck(['models.bank.test']);
  return requests.map(({ host, url = '/v1/models', localAddress = '10.0.0.5' }) => {
    const socket = Object.defineProperty(new Socket(), 'localAddress', { value: localAddress });
    const request = Object.assign(new IncomingMessage(socket), { url });
    if (host !== undefined) request.headers.host = host;
    try {
      requireHost(request);
      return 'taken';
    } catch (error) {
      return error instanceof SluiceError ? error.code : error;
    }
  });
}

it('takes names of its own, and the address that a connection came in on', () => {
  expect(
    checks(
      { host: 'models.bank.test:8080' },
      { host: 'MODELS.bank.test.' },
      { host: 'localhost' },
      { host: '10.0.0.5:8080' },
      { host: 'evil.test' },
      {},
    ),
  ).toEqual(['taken', 'taken', 'taken', 'taken', 'wrong_host', 'wrong_host']);
});

it('says the same of a host that it has taken before', () => {
  const named = { host: 'localhost:8080' };
  expect(
    checks(
      ...[named, named, { ...named, url: 'http://evil.test/v1/models' }],
      ...[{ url: 'http://localhost/v1/models' }, {}, { host: '' }],
    ),
  ).toEqual(['taken', 'taken', 'wrong_host', 'taken', 'wrong_host', 'wrong_host']);
});

it('takes an address on connections that came in on it, and on no other', () => {
  const own = { host: '10.0.0.5', localAddress: '::ffff:10.0.0.5' };
  expect(checks(own, { ...own, localAddress: '10.0.0.6' }, own)).toEqual(['taken', 'wrong_host', 'taken']);
});

it('reads further names when it remembers many', () => {
  const many = Array.from({ length: 150 }, (_, i) => ({ host: `a${i}.localhost` }));
  expect(new Set(checks(...many, ...many))).toEqual(new Set(['taken']));
});
