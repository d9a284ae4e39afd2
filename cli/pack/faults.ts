import { SluiceError } from '../../domain/errors.ts';

/** Waits for all, and throws what is wrong with any of them as one error: a file is mended once, not fault by fault. */
export async function allWithoutFault<T>(checks: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(checks);
  const reasons = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  if (reasons.length > 0) throw joined(reasons);
  return settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
}

function joined(reasons: readonly unknown[]): unknown {
  const faults = reasons.filter((reason) => reason instanceof SluiceError);
  // What is no fault of the files goes before, and alone.
  if (faults.length < reasons.length) return reasons.find((reason) => !(reason instanceof SluiceError));
  return joinedFaults(faults);
}

/** All faults as one; undefined where there are none. */
export function joinedFaults(faults: readonly SluiceError[]): SluiceError | undefined {
  const [first, ...others] = faults;
  if (first === undefined || others.length === 0) return first;
  const remedies = new Set(faults.flatMap(({ remedy }) => remedy ?? []));
  return new SluiceError(first.code, faults.map(({ message }) => message).join('\n'), {
    remedy: [...remedies].join(' '),
  });
}
