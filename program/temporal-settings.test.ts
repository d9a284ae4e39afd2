import { z } from 'zod';
import { temporalConnection, temporalVariables } from './temporal-settings.ts';

const bytes = new Uint8Array([1]);
const connectionOf = (variables: Record<string, string>) =>
  temporalConnection(z.object(temporalVariables).parse(variables), (path) => {
    if (path === 'missing.pem') throw new Error('ENOENT');
    return bytes;
  });
const address = '127.0.0.1:7233';

it('is plain to a server of this machine', () => {
  expect(connectionOf({})).toEqual({ address, tls: false });
});

it.each([
  [{ TEMPORAL_TLS: 'true' }, {}],
  [{ TEMPORAL_TLS_SERVER_CA_CERT_PATH: 'ca.pem' }, { serverRootCACertificate: bytes }],
  [{ TEMPORAL_TLS_SERVER_NAME: 'temporal.bank' }, { serverNameOverride: 'temporal.bank' }],
  [
    { TEMPORAL_TLS_CLIENT_CERT_PATH: 'a.pem', TEMPORAL_TLS_CLIENT_KEY_PATH: 'a.key' },
    { clientCertPair: { crt: bytes, key: bytes } },
  ],
])('is TLS with %j', (variables, tls) => {
  expect(connectionOf(variables)).toEqual({ address, tls });
});

it('is TLS with an API key, which must not go over a plain connection', () => {
  expect(connectionOf({ TEMPORAL_API_KEY: 'key' })).toEqual({ address, tls: {}, apiKey: 'key' });
  expect(() => connectionOf({ TEMPORAL_API_KEY: 'key', TEMPORAL_TLS: 'false' })).toThrow(
    'TEMPORAL_TLS is false',
  );
});

it('names the variable that is wrong', () => {
  expect(() => connectionOf({ TEMPORAL_TLS_CLIENT_CERT_PATH: 'a.pem' })).toThrow('go together');
  expect(() => connectionOf({ TEMPORAL_TLS_SERVER_CA_CERT_PATH: 'missing.pem' })).toThrow(
    'TEMPORAL_TLS_SERVER_CA_CERT_PATH: missing.pem cannot be read (ENOENT)',
  );
});
