import type { MirroredPairs } from '../../api/schemas/mirror.ts';
import { SluiceError } from '../../domain/errors.ts';
import { describePairs } from '../output/describe-mirror.ts';
import { foreign } from '../output/printable.ts';
import type { Paint } from '../output/style.ts';
import type { CommandContext } from './context.ts';

/** What the worst pairs of a mirror say, or why that is not shown. */
interface PairsShown {
  readonly pairs?: MirroredPairs;
  readonly why?: string;
}

export function pathOfPairs(releaseId: string, limit: number): string {
  return `/v1/releases/${encodeURIComponent(releaseId)}/mirror/pairs?limit=${limit}`;
}

/** What was said is shown to who may read content; who may not is told so, and shown the figures. */
export async function pairsFor(context: CommandContext, path: string): Promise<PairsShown> {
  try {
    return { pairs: await context.api().read<MirroredPairs>(path) };
  } catch (error) {
    const told = error instanceof SluiceError && notShown.includes(error.code);
    if (!told) throw error;
    return {
      why: `What was asked and answered is not shown: ${error.message} ${error.remedy ?? ''}`.trimEnd(),
    };
  }
}

/** Of who may not, of an API without the key, and of a release without a mirror. */
const notShown: readonly string[] = ['forbidden', 'conflict', 'not_found'];

export function contentBlocks({ pairs, why }: PairsShown, paint: Paint): string[] {
  return [
    ...(pairs === undefined ? [] : [describePairs(foreign(pairs), paint)]),
    ...(why === undefined ? [] : [why]),
  ];
}
