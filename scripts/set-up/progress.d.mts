interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Progress {
  note(line: string): void;
  step<T>(title: string, expected: string, run: () => Promise<T>): Promise<T>;
}

export function formatDuration(ms: number): string;
export function createProgress(stream: OutputStream, now?: () => number): Progress;
