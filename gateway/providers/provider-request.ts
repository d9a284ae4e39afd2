import { messageOf } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import { failure } from '../../protocols/failures/failure.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import type { OutboundCodec } from '../../protocols/outbound.ts';
import type { ExchangeRequest } from './exchange.ts';
import { FailureError } from './failure-error.ts';

/** What a provider is asked. */
export interface ProviderCall {
  readonly target: ResolvedTarget;
  readonly codec: OutboundCodec;
  readonly body: JsonObject;
  readonly traceHeaders?: Readonly<Record<string, string>> | undefined;
  /** Headers of the caller's, of which a vendor is sent its own. */
  readonly callersHeaders?: Readonly<Record<string, string>> | undefined;
}

/** The request as it goes out. Throws a `FailureError` where it cannot be written. */
export function providerRequest(call: ProviderCall): ExchangeRequest & { readonly origin: string } {
  const { target, codec, body, traceHeaders } = call;
  const request = { ...placeOf(call), body: textOf(body) };
  return {
    ...request,
    headers: {
      ...traceHeaders,
      accept: body['stream'] === true ? 'text/event-stream' : 'application/json',
      'content-type': 'application/json',
      'user-agent': 'sluice',
      ...codec.requestHeaders,
      ...(codec.callersHeaders.length === 0 ? {} : ownOf(codec, call.callersHeaders ?? {})),
      ...(target.apiKey === undefined ? {} : codec.sign(request, target.apiKey)),
    },
  };
}

/** Below the binding's address, with its query and the endpoint's own. */
function placeOf({ target, codec, body }: ProviderCall): { readonly origin: string; readonly path: string } {
  const base = baseOf(target.baseUrl);
  const endpoint = codec.endpoint({ model: target.model, stream: body['stream'] === true });
  if (base.query === '' && !endpoint.includes('?'))
    return { origin: base.origin, path: base.path + endpoint };
  const [path = '', query] = endpoint.split('?');
  const search = [base.query, query].filter((part) => part !== undefined && part !== '').join('&');
  return {
    origin: base.origin,
    path: base.path + path + (search === '' ? '' : `?${search}`),
  };
}

interface Base {
  readonly origin: string;
  readonly path: string;
  readonly query: string;
}

/** They are as many as the binding has, and are asked for with every request. */
const bases = new Map<string, Base>();

function baseOf(baseUrl: string): Base {
  const known = bases.get(baseUrl);
  if (known !== undefined) return known;
  const { origin, pathname, search } = new URL(baseUrl);
  const base = { origin, path: pathname.replace(/\/$/, ''), query: search.slice(1) };
  bases.set(baseUrl, base);
  return base;
}

/** Of the caller's headers those that this vendor is sent. */
function ownOf(codec: OutboundCodec, headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => codec.callersHeaders.includes(name)));
}

/** What cannot be written never reaches the provider, and is not its fault. */
function textOf(body: JsonObject): string {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    const reason = failure('refused_here', `The request cannot be written as JSON: ${messageOf(cause)}.`);
    throw new FailureError(reason, cause);
  }
}
