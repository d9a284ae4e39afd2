import { SluiceError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import { failure, type ProviderFailure } from '../failures/failure.ts';
import type { ModelParameters, ModelRequest } from '../request.ts';
import type { ResolvedTarget } from '../target.ts';
import type { OutboundCodec } from '../outbound.ts';
import { codecFor } from '../registry.ts';
import { fitted, type Fit } from './fit.ts';
import { mergeParameters, parametersOf } from './parameters.ts';

export type OutboundRequest =
  | {
      readonly kind: 'written';
      readonly codec: OutboundCodec;
      readonly body: JsonObject;
      /** The most tokens that the target is asked for; undefined where it has no limit but its own. */
      readonly maxTokens: number | undefined;
    }
  /** The target's protocol cannot say what is asked. */
  | { readonly kind: 'refused'; readonly failure: ProviderFailure };

/**
 * The request as a target gets it: the revision's parameters over the caller's, in the target's protocol, and as the
 * target has said that it takes it.
 */
export function outboundRequest(asked: ModelRequest, target: ResolvedTarget, fit: Fit = {}): OutboundRequest {
  const codec = codecFor(target.kind, asked);
  const request = fitted(asked, fit);
  try {
    return { kind: 'written', codec, ...write(codec, request, target, fit) };
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

/** A revision's are the same with every request. */
const knownParameters = new WeakMap<JsonObject, ModelParameters>();

function revisionParameters(parameters: JsonObject): ModelParameters {
  const known = knownParameters.get(parameters) ?? parametersOf(parameters);
  knownParameters.set(parameters, known);
  return known;
}

function write(
  codec: OutboundCodec,
  request: ModelRequest,
  target: ResolvedTarget,
  fit: Fit,
): { readonly body: JsonObject; readonly maxTokens: number | undefined } {
  const revision = revisionParameters(target.parameters);
  const merged = mergeParameters(request.parameters, revision);
  const maxTokens = limitOf(codec, merged.maxTokens, target, fit);
  const parameters = maxTokens === undefined ? merged : { ...merged, maxTokens };
  const written = codec.writeRequest({ ...request, parameters }, target.model, fit);
  const body = { ...written, ...revision.rest };
  return { body: codec.settle?.(body, request) ?? body, maxTokens };
}

/** Never more than the model's own maximum, where that is known; and that one where a limit must be told. */
function limitOf(
  codec: OutboundCodec,
  wanted: number | undefined,
  { model, maxOutputTokens }: ResolvedTarget,
  { maxTokens: learned }: Fit,
): number | undefined {
  const known = learned ?? maxOutputTokens;
  if (wanted !== undefined) return Math.min(wanted, known ?? Infinity);
  return codec.ownMaxTokens === undefined ? undefined : (known ?? codec.ownMaxTokens(model));
}

/** Whose fault it is that a target cannot be asked: the caller's where it cannot without the revision's parameters either. */
function canWrite(codec: OutboundCodec, request: ModelRequest, target: ResolvedTarget): boolean {
  try {
    write(codec, request, target, {});
    return true;
  } catch (error) {
    if (error instanceof SluiceError) return false;
    throw error;
  }
}
