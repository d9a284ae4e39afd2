import type { JsonObject } from '../domain/json.ts';
import type { RevisionContent } from '../domain/revision/revision.ts';

/** What a team has written, and what it is asked about. */
export type SandboxQuestion =
  /** The body of a function of `output` and `context`. Gives its result as JSON. */
  | { readonly kind: 'javascript'; readonly body: string; readonly output: string; readonly vars: JsonObject }
  /** Gives whether the regular expression matches somewhere in the text. */
  | { readonly kind: 'regex'; readonly pattern: string; readonly text: string }
  /** Gives why the text is not JSON of the schema, and null where it is. */
  | { readonly kind: 'schema'; readonly schema: JsonObject; readonly text: string }
  /** Gives nothing, and throws for what cannot be understood. Nothing of it is run. */
  | { readonly kind: 'understand'; readonly what: TeamCode }
  /** Compiles the prompts of a revision, and gives what is to be said of them (`domain/revision/prompt-findings.ts`). */
  | {
      readonly kind: 'prompts';
      readonly sources: readonly string[];
      readonly retrieval: RevisionContent['retrieval'];
    };

export type TeamCode =
  | { readonly kind: 'javascript'; readonly body: string }
  | { readonly kind: 'regex'; readonly pattern: string }
  | { readonly kind: 'schema'; readonly schema: JsonObject };

export type SandboxAnswer =
  /** `json` is absent where the value is none of JSON's, as `undefined` is. */
  | { readonly kind: 'value'; readonly json?: string | undefined }
  | { readonly kind: 'threw'; readonly message: string }
  /** It was stopped, or its process ended, or (`unasked`) no process could be had for it: nothing is known. */
  | { readonly kind: 'stopped'; readonly why: string; readonly unasked?: true };

/** What a process is started for: that is loaded when it says that it can be asked. */
export type Purpose = 'assertions' | 'prompts';

/** What a process says when it can be asked. */
export const readyLine = '{"ready":true}';

/** Of what code gives or throws, in UTF-16 units. */
export const limits = { result: 1 << 20, message: 500 } as const;
