import {
  connect,
  createSecureServer,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { pem, type Certificates } from '../../tests/support/certificates.ts';

export interface CloudFrontOptions {
  /** `host:port` of the plain server behind it. */
  readonly to: string;
  readonly certificates: Certificates;
  /** What callers must show. */
  readonly demands:
    { readonly kind: 'client-certificate' } | { readonly kind: 'api-key'; readonly key: string };
}

export interface CloudFront {
  readonly address: string;
  /** Calls that were refused for their key. */
  refused(): number;
  close(): Promise<void>;
}

/** gRPC's codes. */
const [permissionDenied, unauthenticated] = ['7', '16'];

/**
 * What stands before a Temporal of somebody else, as Temporal Cloud does: TLS, client certificates or API keys, and an
 * operator service that lets nobody register search attributes.
 */
export async function startCloudFront({ to, certificates, demands }: CloudFrontOptions): Promise<CloudFront> {
  const { server, ca } = certificates;
  let refused = 0;
  const sessions = new Set<Http2Session>();
  const behind = connect(`http://${to}`);
  behind.on('error', () => undefined);
  const front = createSecureServer({
    cert: pem(server.cert),
    key: pem(server.key),
    ...(demands.kind === 'client-certificate'
      ? { ca: pem(ca), requestCert: true, rejectUnauthorized: true }
      : {}),
  });
  front.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined);
    session.once('close', () => sessions.delete(session));
  });
  front.on('stream', (stream, headers) => {
    if (demands.kind === 'api-key' && headers.authorization !== `Bearer ${demands.key}`) {
      refused += 1;
      refuse(stream, unauthenticated, 'unauthorized');
    } else if (headers[':path']?.includes('operatorservice') === true) {
      refuse(stream, permissionDenied, 'Request unauthorized.');
    } else passOn(stream, behind.request(withoutConnection(headers)));
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(front.address() as AddressInfo).port}`,
    refused: () => refused,
    async close() {
      for (const session of sessions) session.destroy();
      behind.destroy();
      await new Promise((resolve) => front.close(resolve));
    },
  };
}

function refuse(stream: ServerHttp2Stream, code: string, message: string): void {
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': code,
      'grpc-message': encodeURIComponent(message),
    },
    { endStream: true },
  );
}

function withoutConnection(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => ![':authority', ':scheme', 'authorization'].includes(name)),
  );
}

/** One call, both ways, with the trailers that say how it went. */
function passOn(stream: ServerHttp2Stream, call: ReturnType<ReturnType<typeof connect>['request']>): void {
  let trailers: IncomingHttpHeaders = {};
  call.on('response', (headers, flags) => {
    const isEnd = (flags & 1) === 1;
    stream.respond({ ...headers }, { endStream: isEnd, waitForTrailers: !isEnd });
  });
  call.on('trailers', (headers: IncomingHttpHeaders) => {
    trailers = headers;
  });
  stream.on('wantTrailers', () => {
    stream.sendTrailers(trailers);
  });
  const end = (): void => {
    stream.destroy();
    call.destroy();
  };
  stream.on('error', end).on('aborted', end);
  call.on('error', end);
  stream.pipe(call);
  call.pipe(stream);
}
