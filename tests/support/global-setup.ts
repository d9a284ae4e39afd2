import { startTestServers, type TestServers } from './servers.ts';

declare global {
  var sluiceTestServers: TestServers | undefined;
}

/** Jest's globalSetup: the addresses reach the tests, which run in other processes, through the environment. */
export default async function globalSetup(): Promise<void> {
  const servers = await startTestServers();
  globalThis.sluiceTestServers = servers;
  process.env['SLUICE_TEST_POSTGRES_URL'] = servers.postgresUrl;
  process.env['SLUICE_TEST_TEMPORAL_ADDRESS'] = servers.temporalAddress;
}
