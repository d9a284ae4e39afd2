import { messageOf, SluiceError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Message } from '../../protocols/request.ts';
import { readFrontMatter, splitSource, type PromptInput } from './front-matter.ts';
import { ownVariables } from './own-variables.ts';
import { createSlots } from './slots.ts';
import { createMessageSplitter } from './split-into-messages.ts';
import { compileTemplate } from './template.ts';

export interface RenderInput {
  readonly variables: JsonObject;
  /** The caller's messages: they take the place of `{{history}}`. */
  readonly history: readonly Message[];
}

export interface RenderedPrompt {
  readonly messages: readonly Message[];
  /** Variables that the caller sent and the prompt's schema does not know. */
  readonly undeclared: readonly string[];
}

export interface CompiledPrompt {
  readonly input: PromptInput;
  /** Throws `rendering_failed`, or rejects with it, where a required variable is missing or the template fails. */
  render(input: RenderInput): RenderedPrompt | Promise<RenderedPrompt>;
}

/**
 * Compiles a dotprompt source (YAML front matter and Handlebars) for rendering many times.
 * Throws `invalid_file` with line and remedy for what is not understood.
 */
export async function compilePrompt(source: string): Promise<CompiledPrompt> {
  const { frontMatter, template } = splitSource(source);
  const input = await readFrontMatter(frontMatter);
  const renderText = compileTemplate(template);
  const splitIntoMessages = await createMessageSplitter();
  return {
    input,
    render({ variables, history }) {
      const { values, undeclared } = pickVariables(input, variables);
      const slots = createSlots();
      const rendered = (messages: readonly Message[]): RenderedPrompt => ({ messages, undeclared });
      try {
        const messages = splitIntoMessages(renderText(values, slots), slots, history);
        return messages instanceof Promise ? messages.then(rendered).catch(refuse) : rendered(messages);
      } catch (cause) {
        return refuse(cause);
      }
    },
  };
}

function refuse(cause: unknown): never {
  throw new SluiceError('rendering_failed', `The prompt cannot be rendered: ${messageOf(cause)}`, {
    remedy: 'Send variables of the kind that the prompt expects.',
    cause,
  });
}

function pickVariables(
  input: PromptInput,
  given: JsonObject,
): { readonly values: JsonObject; readonly undeclared: readonly string[] } {
  const merged = { ...input.defaults, ...given };
  const missing = input.required.filter((name) => merged[name] === undefined || merged[name] === null);
  if (missing.length > 0) {
    throw new SluiceError(
      'rendering_failed',
      `The prompt needs the variable ${missing.join(', ')}, which is missing.`,
      {
        remedy: 'Send it in the body field `sluice: {"variables": {…}}`.',
        details: { missing },
      },
    );
  }
  const { declared } = input;
  if (declared === undefined) return { values: merged, undeclared: [] };
  const isKnown = (name: string): boolean => declared.has(name) || ownVariables.has(name);
  return {
    values: Object.fromEntries(Object.entries(merged).filter(([name]) => isKnown(name))),
    undeclared: Object.keys(given).filter((name) => !isKnown(name)),
  };
}
