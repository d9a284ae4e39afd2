type Environment = Readonly<Record<string, string | undefined>>;

export const TEMPORAL_CLI_VERSION: string;
export function cachedTemporalCli(env: Environment): string;
export function isAtLeast(version: string, oldest: string): boolean;
export function isExecutable(file: string): boolean;
export function temporalCliVersion(file: string): string | undefined;
export function findTemporalCli(
  env: Environment,
  versionOf?: (file: string) => string | undefined,
): string | undefined;
