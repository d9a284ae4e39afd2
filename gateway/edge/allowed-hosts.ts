import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { SluiceError } from '../../domain/errors.ts';

/** Is this an address of the machine itself, or its name for it? */
export function isLoopback(host: string): boolean {
  const name = bare(host);
  return (
    name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127(?:\.\d+){3}$/.test(name)
  );
}

/**
 * Refuses requests that were sent to another name: a page that has its own name resolve to this machine (DNS rebinding)
 * still says that name. Loopback's names, the address that the connection came in on and those that the operator names
 * are taken; `*` takes all. Throws `wrong_host`.
 */
export type RequireHost = (request: IncomingMessage) => void;

/** So many Host headers that name us, whatever address they came in on, are not read again. */
const mostTaken = 100;

export function createHostCheck(names: readonly string[]): RequireHost {
  const known = new Set(names.map((name) => bare(name.toLowerCase())));
  if (known.has('*')) return () => undefined;
  const isNamed = (host: string): boolean => known.has(host) || isLoopback(host);
  const taken = new Set<string>();
  return (request) => {
    const { host: header } = request.headers;
    if (header !== undefined && taken.has(header) && request.url?.startsWith('/') === true) return;
    const asked = [hostOf(header), authorityOf(request.url)].filter((host) => host !== undefined);
    const isAllowed = (host: string): boolean =>
      isNamed(host) || isOwnAddress(host, request.socket.localAddress);
    if (asked.length > 0 && asked.every(isAllowed)) {
      if (header !== undefined && taken.size < mostTaken && asked.every(isNamed)) taken.add(header);
      return;
    }
    throw new SluiceError(
      'wrong_host',
      `This gateway is not called "${asked.find((host) => !isAllowed(host)) ?? ''}".`,
      {
        remedy: 'Call it by an address of its own, or name the host in SLUICE_GATEWAY_HOSTS.',
      },
    );
  };
}

/** The name in a Host header, without its port; a header that is none has no name that is known. */
function hostOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const match = /^(\[[0-9a-f:.]+\]|[^:@/\s]+)(?::\d{1,5})?$/i.exec(header);
  return match?.[1] === undefined ? '' : bare(match[1].toLowerCase());
}

/** Of `GET http://host/path`, which then counts beside the header (RFC 9112, section 3.2.2). */
function authorityOf(target: string | undefined): string | undefined {
  if (target === undefined || target.startsWith('/')) return undefined;
  const url = URL.parse(target);
  return url === null ? '' : bare(url.hostname.toLowerCase());
}

function isOwnAddress(host: string, local: string | undefined): boolean {
  return local !== undefined && isIP(host) !== 0 && host === local.replace(/^::ffff:/i, '').toLowerCase();
}

/** Without the brackets of IPv6, and without the dot at the end of a full name. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}
