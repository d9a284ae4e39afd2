import type { JsonObject } from '../domain/json.ts';
import type { RevisionContent } from '../domain/revision/revision.ts';

/** What a team has written, and what it is asked about. */
export type SandboxQuestion =
  /** The body of a function of `output` and `context`. Gives its result as JSON. */
  | { kind: 'javascript'; body: string; output: string; vars: JsonObject }
  /** Gives whether the regular expression matches somewhere in the text. */
  | { kind: 'regex'; pattern: string; text: string }
  /** Gives why the text is not JSON of the schema, and null where it is. */
  | { kind: 'schema'; schema: JsonObject; text: string }
  /** Gives nothing, and throws for what cannot be understood. Nothing of it is run. */
  | { kind: 'understand'; what: TeamCode }
  /** Compiles the prompts of a revision, and gives what is to be said of them (`domain/revision/prompt-findings.ts`). */
  | { kind: 'prompts'; sources: readonly string[]; retrieval: RevisionContent['retrieval'] };

export type TeamCode =
  | { kind: 'javascript'; body: string }
  | { kind: 'regex'; pattern: string }
  | { kind: 'schema'; schema: JsonObject };

export type SandboxAnswer =
  /** `json` is absent where the value is none of JSON's, as `undefined` is. */
  | { kind: 'value'; json?: string | undefined }
  | { kind: 'threw'; message: string }
  /** It was stopped, or its process ended, or (`unasked`) no process could be had for it: nothing is known. */
  | { kind: 'stopped'; why: string; unasked?: true };

/** What a process is started for: that is loaded when it says that it can be asked. */
export type Purpose = 'assertions' | 'prompts';

/** What a process says when it can be asked. */
export const readyLine = '{"ready":true}';

/** Of what code gives or throws, in UTF-16 units. */
export const limits = { result: 1 << 20, message: 500 } as const;
