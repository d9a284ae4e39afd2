import { z } from 'zod';
import { messageOf, SluiceError } from '../domain/errors.ts';
import { payloadKeysSchema } from './payload-keys.ts';

/**
 * How a program reaches Temporal: a server of one's own, with or without TLS, or Temporal Cloud. The names are those that
 * Temporal's own command and SDKs know.
 */
export const temporalVariables = {
  TEMPORAL_ADDRESS: z.string().min(1).default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  /** On by itself where a certificate, a server name or an API key is set. */
  TEMPORAL_TLS: z.enum(['true', 'false']).optional(),
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: z.string().min(1).optional(),
  TEMPORAL_TLS_SERVER_NAME: z.string().min(1).optional(),
  TEMPORAL_TLS_CLIENT_CERT_PATH: z.string().min(1).optional(),
  TEMPORAL_TLS_CLIENT_KEY_PATH: z.string().min(1).optional(),
  TEMPORAL_API_KEY: z.string().min(1).optional(),
  /** What goes through Temporal is sealed by the first of these; nothing is where there are none. */
  SLUICE_PAYLOAD_KEYS: payloadKeysSchema.optional(),
};

type Variables = z.output<z.ZodObject<typeof temporalVariables>>;
type PathVariable = Extract<keyof Variables, `${string}_PATH`>;

/** What a connection to Temporal takes, in the words of its SDK. */
export interface TemporalConnection {
  readonly address: string;
  /** `false`: plain. */
  readonly tls:
    | false
    | {
        readonly serverNameOverride?: string;
        readonly serverRootCACertificate?: Uint8Array;
        readonly clientCertPair?: { readonly crt: Uint8Array; readonly key: Uint8Array };
      };
  readonly apiKey?: string;
}

/**
 * The connection that the variables describe.
 *
 * @param readFile gives the bytes of a certificate or key, or throws
 * @throws SluiceError `usage` for variables that do not fit together, `invalid_file` for a file that cannot be read;
 *   both name the variable
 */
export function temporalConnection(
  variables: Variables,
  readFile: (path: string) => Uint8Array,
): TemporalConnection {
  const { TEMPORAL_ADDRESS: address, TEMPORAL_API_KEY: apiKey } = variables;
  const bytes = (name: PathVariable): Uint8Array | undefined => {
    const path = variables[name];
    return path === undefined ? undefined : bytesOf(name, path, readFile);
  };
  const serverNameOverride = variables.TEMPORAL_TLS_SERVER_NAME;
  const serverRootCACertificate = bytes('TEMPORAL_TLS_SERVER_CA_CERT_PATH');
  const crt = bytes('TEMPORAL_TLS_CLIENT_CERT_PATH');
  const key = bytes('TEMPORAL_TLS_CLIENT_KEY_PATH');
  if ((crt === undefined) !== (key === undefined)) {
    throw wrong('TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH go together.');
  }
  const needTls = [serverNameOverride, serverRootCACertificate, crt, apiKey].some((one) => one !== undefined);
  if (needTls && variables.TEMPORAL_TLS === 'false') {
    throw wrong('TEMPORAL_TLS is false, and a certificate, a server name or an API key is set.');
  }
  if (!needTls && variables.TEMPORAL_TLS !== 'true') return { address, tls: false };
  return {
    address,
    tls: {
      ...(serverNameOverride === undefined ? {} : { serverNameOverride }),
      ...(serverRootCACertificate === undefined ? {} : { serverRootCACertificate }),
      ...(crt === undefined || key === undefined ? {} : { clientCertPair: { crt, key } }),
    },
    ...(apiKey === undefined ? {} : { apiKey }),
  };
}

/** Every variable of it empty, which is unset: for a program that uses a server of this machine, whatever a shell says. */
export const noTemporalVariables: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(temporalVariables).map((name) => [name, '']),
);

function bytesOf(name: string, path: string, readFile: (path: string) => Uint8Array): Uint8Array {
  try {
    return readFile(path);
  } catch (cause) {
    throw new SluiceError('invalid_file', `${name}: ${path} cannot be read (${messageOf(cause)}).`, {
      remedy: 'Name a PEM file that this program may read.',
      cause,
    });
  }
}

function wrong(what: string): SluiceError {
  return new SluiceError('usage', what, { remedy: 'docs/reference/settings.md says what each is for.' });
}
