import { SluiceError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { ServedRevision } from '../config/bind-revision.ts';
import type { ModelRequest } from '../../protocols/request.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import { chainFor, ofTheCaller } from './caller-fields.ts';
import { pickPrompt } from './pick-prompt.ts';
import type { RenderedPrompt } from './prompt.ts';
import { toolsFor } from './revision-tools.ts';

export interface Composition {
  readonly revision: ServedRevision;
  readonly promptName: string | undefined;
  readonly request: ModelRequest;
  readonly variables: JsonObject;
}

export interface ComposedRequest {
  readonly request: ModelRequest;
  readonly chain: readonly ResolvedTarget[];
  readonly undeclared: readonly string[];
  /** Top-level fields of the caller that the revision does not leave to it: they do not pass. */
  readonly ignored: readonly string[];
}

/**
 * What the providers are asked: the revision's prompt, parameters and tools, with the caller's in the fields that
 * the revision leaves to it. Throws `invalid_request`, `not_found` and `rendering_failed`.
 */
export async function composeRequest(composition: Composition): Promise<ComposedRequest> {
  const { revision, request } = composition;
  const { caller, tools: ownTools } = revision.content;
  if (request.stream && !caller.includes('stream')) {
    throw new SluiceError('invalid_request', `The app ${revision.app} does not stream.`, {
      remedy: 'Ask without `stream`.',
    });
  }
  const { messages, undeclared } = await renderMessages(composition);
  const { passed, ignored } = ofTheCaller(request, caller);
  const tools = toolsFor(passed.tools, ownTools);
  const { tools: _tools, ...rest } = passed;
  const composed: ModelRequest = {
    ...rest,
    messages,
    ...(tools === undefined || tools.length === 0 ? {} : { tools }),
  };
  return { request: composed, chain: chainFor(revision.chain, composed, caller), undeclared, ignored };
}

function renderMessages({
  revision,
  promptName,
  request,
  variables,
}: Composition): RenderedPrompt | Promise<RenderedPrompt> {
  const prompt = pickPrompt(revision, promptName);
  if (prompt === undefined) return { messages: request.messages, undeclared: Object.keys(variables) };
  const hasSystem = request.messages.some(({ role }) => role === 'system');
  if (hasSystem && !revision.content.caller.includes('system')) {
    throw new SluiceError('invalid_request', `The app ${revision.app} has a system message of its own.`, {
      remedy: 'Leave the system message out, or publish a revision whose `caller` lists `system`.',
    });
  }
  return prompt.render({ variables, history: request.messages });
}
