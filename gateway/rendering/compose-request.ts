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
 * the revision leaves to it. Throws `invalid_request`, `not_found` and `rendering_failed`, or rejects with them: a prompt
 * that prints values is waited for.
 */
export function composeRequest(composition: Composition): ComposedRequest | Promise<ComposedRequest> {
  const { revision, request } = composition;
  const { caller } = revision.content;
  if (request.stream && !caller.includes('stream')) {
    throw new SluiceError('invalid_request', `The app ${revision.app} does not stream.`, {
      remedy: 'Ask without `stream`.',
    });
  }
  const prompt = renderMessages(composition);
  return prompt instanceof Promise
    ? prompt.then((rendered) => composed(composition, rendered))
    : composed(composition, prompt);
}

function composed(
  { revision, request: asked }: Composition,
  { messages, undeclared }: RenderedPrompt,
): ComposedRequest {
  const { caller, tools: ownTools } = revision.content;
  const { passed, ignored } = ofTheCaller(asked, caller);
  const request = withTools({ ...passed, messages }, toolsFor(passed.tools, ownTools));
  return { request, chain: chainFor(revision.chain, request, caller), undeclared, ignored };
}

function withTools(request: ModelRequest, tools: ModelRequest['tools']): ModelRequest {
  if (tools === request.tools && tools?.length !== 0) return request;
  const { tools: _tools, ...rest } = request;
  return tools === undefined || tools.length === 0 ? rest : { ...rest, tools };
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
