import { demoKey } from './bindings.ts';
import { binDirectory } from './command-line.ts';
import type { DemoWorld } from './world.ts';

/** Logged in at once: what follows # stays in the browser. */
export const dashboardOf = ({ stack, token }: DemoWorld): string =>
  `${stack.connections.apiUrl}/ui/#token=${token}`;

/** Where everything is that runs on after the end. */
export function keptHelp(world: DemoWorld): string {
  const { connections } = world.stack;
  return [
    'Everything is still running; Ctrl-C stops it.',
    `  Dashboard        ${dashboardOf(world)}`,
    `  API              ${connections.apiUrl}`,
    ...connections.productionGateways.map((url) => `  Gateway          ${url}/v1`),
    `  Staging gateway  ${connections.stagingGateway}/v1`,
    `  Temporal Web UI  ${connections.temporalUiUrl ?? '–'}`,
    `  Metrics          ${[connections.apiAdmin ?? '', ...(connections.gatewayAdmins ?? [])].map((url) => `${url}/metrics`).join('  ')}`,
    `  The app's folder ${world.app.directory}`,
    `  Logs             ${world.stack.logDirectory}`,
    '  To use the sluice command on it:',
    `    export PATH="${binDirectory}:$PATH" SLUICE_API_URL=${connections.apiUrl} SLUICE_TOKEN=${world.token} SLUICE_HOME=${world.home} ${demoKey.name}=${demoKey.value}`,
    '',
  ].join('\n');
}
