/**
 * By which rules the evidence of a release is judged, for as long as it runs. 1: four fifths of the mass enter at the
 * start, the rest as the hold goes by, and the two horizons are averaged. 2: parts enter at the steps' starts, and the
 * larger of the horizons' halves decides (docs/decisions/0013).
 */
export const currentRules = 2;
