// What Temporal has published as its CLI: where it lies, and the digest that it must have. Built-ins only.
import { TEMPORAL_CLI_VERSION } from './temporal-cli.mjs';

export const DOWNLOAD_HOST = 'github.com';
const RELEASE = `https://${DOWNLOAD_HOST}/temporalio/cli/releases/download/v${TEMPORAL_CLI_VERSION}`;

/** SHA-256 of each archive of 1.8.2, as the release's own `checksums.txt` has it. A new version needs new ones. */
const SHA256 = {
  linux_amd64: 'd8421bda989e6514b4bdb4d63a9012a8a05a806892e881a5aad8510496349a94',
  linux_arm64: '83600a8fac6e3da54093e5da6918d399f501532b9f1172235603f9606f4ac6e4',
  darwin_amd64: '489d7f5420cae02b559774ac23df035141954c33a51dba96f5759a0ddccdf1b6',
  darwin_arm64: 'dacdc3587682c04cf27e67c8878ca2d755230b6ad63c0c6ebddd7348ae90ed94',
};

/** The archive for a machine: `{ url, sha256 }`, or undefined where Temporal publishes none that is known here. */
export function temporalArchive(platform = process.platform, arch = process.arch) {
  const name = `${platform}_${arch === 'x64' ? 'amd64' : arch}`;
  const sha256 = SHA256[name];
  return sha256 === undefined
    ? undefined
    : { url: `${RELEASE}/temporal_cli_${TEMPORAL_CLI_VERSION}_${name}.tar.gz`, sha256 };
}
