import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Paths of PEM files, all signed by one authority, and the folder that they lie in. */
export interface Certificates {
  readonly folder: string;
  readonly ca: string;
  /** Of 127.0.0.1 alone. */
  readonly server: { readonly cert: string; readonly key: string };
  readonly client: { readonly cert: string; readonly key: string };
  /** Another authority, that has signed none of these. */
  readonly otherCa: string;
}

const openssl = (...args: string[]) => promisify(execFile)('openssl', args);
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Makes certificates with the `openssl` command, good for a day; removed after the tests of the file. */
export function useCertificates(): () => Certificates {
  let made: Certificates | undefined;
  beforeAll(async () => {
    made = await makeCertificates(mkdtempSync(join(tmpdir(), 'sluice-certificates-')));
  });
  afterAll(() => {
    if (made !== undefined) rmSync(made.folder, { recursive: true, force: true });
  });
  return () => {
    if (made === undefined) throw new Error('The certificates are made before the tests.');
    return made;
  };
}

async function makeCertificates(folder: string): Promise<Certificates> {
  const file = (name: string): string => join(folder, name);
  const authority = async (name: string): Promise<string> => {
    const paths = ['-keyout', file(`${name}.key`), '-out', file(`${name}.pem`)];
    await openssl('req', '-x509', ...newKey, ...paths, '-days', '1', '-subj', `/CN=${name}`);
    return file(`${name}.pem`);
  };
  const [ca, otherCa] = await Promise.all([authority('ca'), authority('other')]);
  const signed = async (name: string, extension: string) => {
    const paths = { cert: file(`${name}.pem`), key: file(`${name}.key`) };
    const request = file(`${name}.csr`);
    writeFileSync(file(`${name}.ext`), extension);
    await openssl('req', ...newKey, '-keyout', paths.key, '-out', request, '-subj', `/CN=${name}`);
    const by = ['-CA', ca, '-CAkey', file('ca.key'), '-CAcreateserial', '-extfile', file(`${name}.ext`)];
    await openssl('x509', '-req', '-in', request, '-out', paths.cert, '-days', '1', ...by);
    return paths;
  };
  const server = await signed('server', 'subjectAltName=IP:127.0.0.1');
  const client = await signed('client', 'extendedKeyUsage=clientAuth');
  return { folder, ca, server, client, otherCa };
}

/** The bytes of a PEM file. */
export const pem = (path: string): Buffer => readFileSync(path);
