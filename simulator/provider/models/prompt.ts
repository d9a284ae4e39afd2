/** What a model is given, whichever vendor's protocol it came by. */
export interface PromptMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly text: string;
}

/** A labelled phrase found in a prompt. */
export interface Example {
  readonly text: string;
  readonly label: string;
}

/** A label that a prompt lists as a permitted answer, with the words that explain it, if any. */
export interface AllowedLabel {
  readonly name: string;
  readonly description: string;
}

/** "If the customer says "stolen", answer lost_card": quoted phrases and the label they lead to. */
export interface Rule {
  readonly phrases: readonly string[];
  readonly label: string;
}

/** How a prompt wants its answer written. */
export interface OutputFormat {
  /** The word before the colon, or the JSON key, that carries the label: `intent` unless the prompt says otherwise. */
  readonly labelField: string;
  /** The label alone, without a helpful sentence. */
  readonly brief: boolean;
  /** The label stands after `field:` although the prompt asks for brevity. */
  readonly fieldLine: boolean;
  /** The keys of the JSON object that the prompt asks for, if it asks for one. */
  readonly jsonKeys?: readonly string[];
}

/** Everything a model understands of a prompt. */
export interface PromptReading {
  readonly query: string;
  readonly examples: readonly Example[];
  readonly allowed: readonly AllowedLabel[];
  readonly rules: readonly Rule[];
  /** What to answer when nothing fits, if the prompt says so. */
  readonly unsureLabel?: string;
  readonly format: OutputFormat;
  /** Whether the prompt is about naming a label at all. */
  readonly asksForLabel: boolean;
  readonly instructions: string;
}
