import { SluiceError } from '../domain/errors.ts';

/**
 * The path of an HTTP request's target, as it stands there (RFC 9112, section 3.2): of `/path?query`, or of
 * `http://host/path`, as one sends it to a proxy. Throws `invalid_request` for anything else, and for a path that a
 * browser would read as another host (`//host`, `/\host`).
 */
export function pathOf(target: string): string {
  const path = target.startsWith('/') ? target : pathOfAbsolute(target);
  const end = path?.search(/[?#]/u) ?? 0;
  const plain = (end === -1 ? path : path?.slice(0, end)) ?? '';
  if (plain.startsWith('/') && plain[1] !== '/' && plain[1] !== '\\') return plain;
  throw new SluiceError('invalid_request', 'The request line has no path that can be read.', {
    remedy: 'It is one like /v1/chat/completions: a base URL that ends in a slash doubles it.',
  });
}

function pathOfAbsolute(target: string): string | undefined {
  if (!/^https?:\/\//iu.test(target)) return undefined;
  const url = URL.parse(target);
  return url === null ? undefined : url.pathname;
}
