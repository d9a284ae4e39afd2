/** A stream that the command prints to, and what it knows of the terminal behind it. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** Results go to standard output, progress and errors to standard error. */
export interface Outputs {
  readonly stdout: Output;
  readonly stderr: Output;
}
