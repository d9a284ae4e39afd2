import { homeDirectory, readConnections, type Connections } from './up/home.ts';

/** What the command takes from its environment. */
export interface CliSettings {
  /** From SLUICE_API_URL, else from the stack that was started in this folder. */
  apiUrl: string | undefined;
  token: string | undefined;
  /** For break-glass: DATABASE_URL, else the stack of this folder. */
  databaseUrl: string | undefined;
  home: string;
  colour: boolean;
  terminal: boolean;
  environment: NodeJS.ProcessEnv;
  workingDirectory: string;
}

/** Reads the command's settings, once. */
export function readCliSettings(
  environment: NodeJS.ProcessEnv,
  workingDirectory: string,
  terminal: boolean,
): CliSettings {
  const home = homeDirectory(environment, workingDirectory);
  const stack: Connections | undefined = readConnections(home);
  return {
    apiUrl: environment['SLUICE_API_URL'] ?? stack?.apiUrl,
    token: environment['SLUICE_TOKEN'],
    databaseUrl: environment['DATABASE_URL'] ?? stack?.databaseUrl,
    home,
    colour: terminal && (environment['NO_COLOR'] ?? '') === '',
    terminal,
    environment,
    workingDirectory,
  };
}
