import { chmodSync, chownSync, copyFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { requiredVariable } from '../../tests/support/required-variable.ts';
import { useCertificates } from '../../tests/support/certificates.ts';
import { tlsOfUrl } from './connection-tls.ts';
import { createPool } from './create-pool.ts';
import { query, queryOne } from '../postgres/db.ts';
import { migrate } from '../schema/migrate.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';

const store = useDatabase();
const certificates = useCertificates();
const shared = requiredVariable('SLUICE_TEST_POSTGRES_URL');

/** As the server's own user has to own its key, the pair goes to a copy of it. */
async function setServer(settings: Record<string, string>): Promise<void> {
  const admin = createPool(shared, { applicationName: 'tls', max: 1 });
  try {
    for (const [name, value] of Object.entries(settings)) {
      await query(
        admin,
        value === '' ? `alter system reset ${name}` : `alter system set ${name} = '${value}'`,
      );
    }
    await query(admin, 'select pg_reload_conf()');
  } finally {
    await admin.end();
  }
}

beforeAll(async () => {
  const { folder, server } = certificates();
  const { dir } = await queryOne<{ dir: string }>(
    store.db,
    `select current_setting('data_directory') as dir`,
  );
  const { uid, gid } = statSync(dir);
  const [cert, key] = [join(folder, 'of-postgres.pem'), join(folder, 'of-postgres.key')];
  copyFileSync(server.cert, cert);
  copyFileSync(server.key, key);
  chmodSync(folder, 0o755);
  chmodSync(key, 0o600);
  for (const path of [cert, key]) chownSync(path, uid, gid);
  // For this run's whole server: whoever asks for no TLS goes on without.
  await setServer({ ssl_cert_file: cert, ssl_key_file: key, ssl: 'on' });
});
afterAll(() => setServer({ ssl: '', ssl_cert_file: '', ssl_key_file: '' }));

function urlWith(parameters: Record<string, string>, host?: string): string {
  const url = new URL(store.url);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  if (host !== undefined) url.hostname = host;
  return url.href;
}

async function isEncrypted(url: string): Promise<boolean> {
  const pool = createPool(url, { applicationName: 'tls-test', max: 1 });
  try {
    const { ssl } = await queryOne<{ ssl: boolean }>(
      pool,
      'select ssl from pg_stat_ssl where pid = pg_backend_pid()',
    );
    return ssl;
  } finally {
    await pool.end();
  }
}

it.each([
  [{}, false],
  [{ sslmode: 'disable' }, false],
  [{ sslmode: 'require' }, true],
  [{ sslmode: 'require', sslrootcert: 'ca' }, true],
  [{ sslmode: 'verify-ca', sslrootcert: 'ca' }, true],
  [{ sslmode: 'verify-full', sslrootcert: 'ca' }, true],
  [{ sslrootcert: 'ca' }, true],
])('a URL with %j: encrypted is %s', async (parameters: Record<string, string>, encrypted) => {
  const root = parameters['sslrootcert'] === undefined ? {} : { sslrootcert: certificates().ca };
  expect(await isEncrypted(urlWith({ ...parameters, ...root }))).toBe(encrypted);
});

it('migrates a database over TLS that it verifies', async () => {
  await migrate(urlWith({ sslmode: 'verify-full', sslrootcert: certificates().ca }));
});

it('is only unreachable, so that gateways serve on, where the server cannot be trusted', async () => {
  const { ca, otherCa } = certificates();
  const untrusted = { code: 'unreachable', message: expect.stringContaining('not trusted') as string };
  for (const sslmode of ['require', 'verify-ca', 'verify-full']) {
    await expect(isEncrypted(urlWith({ sslmode, sslrootcert: otherCa }))).rejects.toMatchObject(untrusted);
  }
  await expect(isEncrypted(urlWith({ sslmode: 'verify-full' }))).rejects.toMatchObject(untrusted);
  // The certificate is of 127.0.0.1, and of no name.
  const byName = { sslmode: 'verify-full', sslrootcert: ca };
  await expect(isEncrypted(urlWith(byName, 'localhost'))).rejects.toMatchObject(untrusted);
  expect(await isEncrypted(urlWith({ ...byName, sslmode: 'verify-ca' }, 'localhost'))).toBe(true);
});

it.each([
  [{ sslmode: 'prefer' }, 'usage', 'none of disable'],
  [{ sslmode: 'verify-ca' }, 'usage', 'needs the file of an authority'],
  [
    { sslmode: 'verify-full', sslrootcert: '/nowhere/ca.pem' },
    'invalid_file',
    '/nowhere/ca.pem cannot be read',
  ],
])('refuses %j, saying what is wrong', async (parameters, code, message) => {
  const asked = Promise.resolve().then(() => tlsOfUrl(urlWith(parameters)));
  await expect(asked).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string });
});
