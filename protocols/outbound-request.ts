import { SluiceError } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import type { ProviderFailure } from './failure.ts';
import type { ModelRequest } from './request.ts';
import type { ResolvedTarget } from './target.ts';
import type { Codec } from './codec.ts';
import { outboundCodec } from './registry.ts';
import { failure } from './failure.ts';
import { mergeParameters, parametersOf } from './parameters.ts';

export type OutboundRequest =
  | { readonly kind: 'written'; readonly codec: Codec; readonly body: JsonObject }
  /** The target's protocol cannot say what is asked. */
  | { readonly kind: 'refused'; readonly failure: ProviderFailure };

/** The request as a target gets it: the revision's parameters over the caller's, in the target's protocol. */
export function outboundRequest(request: ModelRequest, target: ResolvedTarget): OutboundRequest {
  const codec = outboundCodec(target.kind, request);
  try {
    return { kind: 'written', codec, body: write(codec, request, target) };
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    const isCallers = !canWrite(codec, request, { ...target, parameters: {} });
    const param = error.details['param'];
    return {
      kind: 'refused',
      failure: failure(
        'refused_here',
        [error.message, error.remedy].filter((text) => text !== undefined).join(' '),
        {
          ...(isCallers ? {} : { fault: 'revision', status: 502, code: 'revision_not_expressible' }),
          ...(typeof param === 'string' ? { param } : {}),
        },
      ),
    };
  }
}

function write(codec: Codec, request: ModelRequest, target: ResolvedTarget): JsonObject {
  const revision = parametersOf(target.parameters);
  const parameters = mergeParameters(request.parameters, revision);
  return { ...codec.writeRequest({ ...request, parameters }, target.model), ...revision.rest };
}

/** Whose fault it is that a target cannot be asked: the caller's where it cannot without the revision's parameters either. */
function canWrite(codec: Codec, request: ModelRequest, target: ResolvedTarget): boolean {
  try {
    write(codec, request, target);
    return true;
  } catch (error) {
    if (error instanceof SluiceError) return false;
    throw error;
  }
}
