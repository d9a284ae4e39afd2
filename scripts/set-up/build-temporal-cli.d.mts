export function buildTemporalCli(options: {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly target: string;
  readonly logFile: string;
}): Promise<void>;
