import { resolve } from 'node:path';
import type { Stack } from './stack/stack.ts';

/** Where the command itself is, for a shell that does not have it on its PATH. */
const binDirectory = resolve(import.meta.dirname, '../../bin');

export interface Greeting {
  readonly stack: Stack;
  readonly home: string;
  /** Shown where it was made by this start. */
  readonly token: string | undefined;
  readonly bindings: string;
}

/** What `sluice up` says when all runs: where everything is, and what a shell needs. */
export function greeting({ stack, home, token, bindings }: Greeting): string {
  const { apiUrl, temporalUiUrl, productionGateways, stagingGateway, gatewayAdmins = [] } = stack.connections;
  const { apiAdmin } = stack.connections;
  const apiAdmins = apiAdmin === undefined ? [] : [apiAdmin];
  const lines = [
    '',
    // The token stays in the browser: what follows # is sent to nobody.
    `  Dashboard         ${apiUrl}/ui/${token === undefined ? '' : `#token=${token}`}`,
    `  API               ${apiUrl}   (OpenAPI: ${apiUrl}/openapi.json)`,
    ...productionGateways.map(
      (url) => `  Gateway           ${url}/v1   (OpenAI clients; Anthropic clients without /v1)`,
    ),
    `  Staging gateway   ${stagingGateway}/v1`,
    ...(temporalUiUrl === undefined ? [] : [`  Temporal Web UI   ${temporalUiUrl}`]),
    `  Metrics           ${[...apiAdmins, ...gatewayAdmins].map((url) => `${url}/metrics`).join('  ')}`,
    `  Bindings          ${bindings}`,
    `  Logs              ${stack.logDirectory}`,
    '',
    '  The gateways ask their callers for no key: they listen on this machine alone. Reports of outcomes and prompts by',
    '  /v1/assign need one, as everything does elsewhere: `sluice key create` (SLUICE_GATEWAY_KEYS=demanded here, too).',
    '',
    '  For the sluice command in other folders:',
    `    export PATH=${binDirectory}:$PATH`,
    `    export SLUICE_HOME=${home}`,
    ...(token === undefined
      ? ['  and SLUICE_TOKEN, shown at the first start; `sluice up --new-token` makes another.']
      : [`    export SLUICE_TOKEN=${token}`, '  (The token is shown this once.)']),
    '',
    '  What falls is started again, and told of here. Ctrl-C stops everything.',
    '  Next: `sluice init my-app`, or see "Your own app in ten minutes" in README.md.',
    '',
  ];
  return lines.join('\n');
}

export const simulatorNote = `  Models are simulated: gpt-5-mini, claude-haiku-4-5 and those that your bindings name classify by the labels, rules and
  examples that a prompt names. \`sluice eval\` uses them, too, where a folder has no other bindings of its own.

`;

/** Which keys are missing, and what then is not served. */
export function keysWarning(names: readonly string[], bindings: string): string {
  const [are, them] = names.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return (
    `  ⚠ ${names.join(' and ')} ${are} not set: apps whose providers need ${them} will not be served.\n` +
    `    Set ${them} and start again, take the providers out of ${bindings},\n` +
    '    or try it without keys: `sluice up --simulate`.\n'
  );
}
