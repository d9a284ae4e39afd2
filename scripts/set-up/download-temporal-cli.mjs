// A process of its own, run by the pinned Node: `node download-temporal-cli.mjs FOLDER VERSION`.
// Lets the Temporal SDK download the CLI into FOLDER; the SDK knows where from, and honours HTTPS_PROXY.
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [downloadDir, version] = process.argv.slice(2);
const executable = { type: 'cached-download', downloadDir, version: `v${version}` };
// The SDK downloads only to start; the server is stopped at once.
const environment = await TestWorkflowEnvironment.createLocal({ server: { executable } });
await environment.teardown();
