export interface Archive {
  readonly url: string;
  /** Hexadecimal. */
  readonly sha256: string;
}

export const DOWNLOAD_HOST: string;
export function temporalArchive(platform?: string, arch?: string): Archive | undefined;
