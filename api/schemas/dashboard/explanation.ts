/** Why a release went as it did, as the API tells it; how it comes to be is the domain's. */
export type { Explanation } from '../../../domain/explanation/explanation.ts';
