import { SluiceError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import { isJsonObject } from '../../protocols/fields.ts';
import type { RevisionContent } from '../../domain/revision/revision.ts';
import { assertModestMatter, templateOf, type PromptInput } from './front-matter.ts';
import type { KnownValue } from './known-value.ts';
import { ownVariables } from './own-variables.ts';
import { compilePrompt } from './prompt.ts';
import { assertModestTemplate, assertModestTemplates } from './template.ts';
import { namesOf, type TemplateNames } from './template-names.ts';

/** Names under which applications send what their user says, besides as the conversation. */
const userVariables = ['message', 'messages', 'question', 'query', 'input', 'user_message', 'userMessage'];

/** The fields of a document that a gateway has retrieved. */
const retrievedDocuments: JsonObject = {
  type: 'array',
  items: {
    type: 'object',
    properties: { id: { type: 'string' }, text: { type: 'string' }, score: { type: 'number' }, metadata: {} },
    additionalProperties: false,
  },
};

/** What is to be said of a prompt that can be understood. */
interface Findings {
  /** Why it must not be published. */
  readonly faults: readonly SluiceError[];
  readonly warnings: readonly string[];
  /** Variables that it cannot be rendered without, but those that Sluice sets. */
  readonly needs: readonly string[];
}

/**
 * Looks for names in a prompt's template that stand for nothing, and would silently print nothing: neither declared in
 * its input schema, nor Sluice's own, nor of a block around them. Throws `invalid_file` as compiling it does, and for one that takes long to compile.
 */
export async function checkPrompt(
  source: string,
  { retrieval }: Pick<RevisionContent, 'retrieval'> = {},
): Promise<Findings> {
  const template = templateOf(source);
  assertModestMatter(source);
  assertModestTemplate(template);
  const { input } = await compilePrompt(source);
  const documents = retrieval?.by === 'gateway' ? retrievedDocuments : {};
  const names = namesOf(template, variablesOf(input, documents));
  const faults = names.unknown.map(
    ({ line, name }) =>
      new SluiceError(
        'invalid_file',
        `Line ${line} of the template: {{${name}}} stands for nothing: no variable of this name is declared, and no block around it has one.`,
        { remedy: remedyOf(input) },
      ),
  );
  return { faults, warnings: warningsOf(names), needs: neededBy(input) };
}

function neededBy({ required, defaults }: PromptInput): string[] {
  return required.filter((name) => defaults[name] === undefined && !ownVariables.has(name));
}

/** Throws `invalid_file` for the sources of a revision's prompts that take long to compile all together. */
export function assertModestPrompts(sources: readonly string[]): void {
  assertModestTemplates(sources.map(templateOf));
}

/** What is known of a template's variables, as a JSON Schema. */
function variablesOf({ schema, declared, defaults }: PromptInput, documents: JsonObject): KnownValue {
  const own = Object.fromEntries([...ownVariables].map((name) => [name, documents]));
  const byDefault = Object.fromEntries(Object.keys(defaults).map((name) => [name, {}]));
  const properties = schema?.['properties'];
  const isOpen = schema !== undefined && declared === undefined;
  return {
    type: 'object',
    properties: { ...own, ...byDefault, ...(isJsonObject(properties) ? properties : {}) },
    additionalProperties: isOpen ? {} : false,
  };
}

function remedyOf({ declared, defaults }: PromptInput): string {
  const known = [...new Set([...(declared ?? []), ...Object.keys(defaults), ...ownVariables])];
  return `Declare it under input.schema of the prompt, or mend its name: there are ${known.join(', ')}.`;
}

function warningsOf({ placesHistory, printed }: TemplateNames): string[] {
  if (placesHistory || userVariables.some((name) => printed.has(name))) return [];
  return [
    'the template does not say where the user’s message goes: write {{history}} there (without it the messages go before the template’s last user turn, or to the end)',
  ];
}
