export function pinnedNode(root: string, platform?: string, arch?: string): string;
export function chooseNode(
  root: string,
  running: { readonly version: string; readonly execPath: string },
  exists?: (file: string) => boolean,
): string;
export function preferNodeAtHand(
  root: string,
  running: { readonly version: string; readonly execPath: string },
): void;
