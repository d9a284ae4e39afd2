import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { messageOf, SluiceError } from '../../domain/errors.ts';

/** What `pg` takes beside the URL. */
export interface TlsConnection {
  /** Without what it said of TLS. */
  readonly connectionString: string;
  /** Absent where the URL says nothing of TLS. */
  readonly ssl?: false | ConnectionOptions;
}

const parameters = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey'] as const;

/**
 * What a database URL says of TLS, with the meanings that PostgreSQL's own programs give it; `pg` reads `require` as
 * `verify-full`, and warns. `sslmode` is `disable`, `require` (encrypted; the server is verified where `sslrootcert` is
 * given), `verify-ca` or `verify-full` (the certificate is of this host, too: what networks of others need).
 * `sslrootcert` is a file, or `system` for the well-known authorities; `sslcert` and `sslkey` are this program's own.
 *
 * @throws SluiceError `usage` for what does not fit together, `invalid_file` for a file that cannot be read
 */
export function tlsOfUrl(url: string): TlsConnection {
  if (!/[?&]ssl(?:mode|rootcert|cert|key)=/.test(url)) return { connectionString: url };
  const parsed = new URL(url);
  const said = Object.fromEntries(
    parameters.map((name) => [name, parsed.searchParams.get(name) ?? undefined]),
  );
  for (const name of parameters) parsed.searchParams.delete(name);
  return { connectionString: parsed.href, ssl: tlsOptions(said) };
}

type Said = Partial<Record<(typeof parameters)[number], string | undefined>>;

function tlsOptions({ sslmode, sslrootcert, sslcert, sslkey }: Said): false | ConnectionOptions {
  const files = { ca: rootOf(sslrootcert), cert: fileOf('sslcert', sslcert), key: fileOf('sslkey', sslkey) };
  if ((files.cert === undefined) !== (files.key === undefined)) throw wrong('sslcert and sslkey go together');
  const given = Object.fromEntries(Object.entries(files).filter(([, file]) => file !== undefined));
  switch (sslmode) {
    case 'disable':
      return false;
    case 'no-verify':
      return { ...given, rejectUnauthorized: false };
    case 'require':
      return files.ca === undefined ? { ...given, rejectUnauthorized: false } : { ...given, ...anyHost };
    case 'verify-ca':
      if (files.ca === undefined)
        throw wrong('sslmode=verify-ca needs the file of an authority as sslrootcert');
      return { ...given, ...anyHost };
    case 'verify-full':
    case undefined:
      return given;
    default:
      throw wrong(`sslmode=${sslmode} is none of disable, require, verify-ca, verify-full`);
  }
}

/** The certificate may be of any host: its authority is trusted for this alone. */
const anyHost: ConnectionOptions = { checkServerIdentity: () => undefined };

function rootOf(path: string | undefined): string | undefined {
  return path === 'system' ? undefined : fileOf('sslrootcert', path);
}

function fileOf(name: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new SluiceError(
      'invalid_file',
      `DATABASE_URL: ${name}=${path} cannot be read (${messageOf(cause)}).`,
      {
        remedy: 'Name a PEM file that this program may read.',
        cause,
      },
    );
  }
}

function wrong(what: string): SluiceError {
  return new SluiceError('usage', `DATABASE_URL: ${what}.`, {
    remedy: 'docs/reference/settings.md says what each mode means.',
  });
}
