export function withLock<T>(
  file: string,
  options: { readonly onWait?: (ownerPid: number) => void; readonly work: () => Promise<T> },
): Promise<T>;
