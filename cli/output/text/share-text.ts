interface Share {
  /** Percent of all subjects. */
  readonly weight: number;
  /** Percent of the audience that has it first. */
  readonly audience?: number | undefined;
}

/** What a candidate has: `25 %` of all subjects, or, before it has any of them, `50 % of its audience`. */
export function shareText({ weight, audience }: Share): string {
  return weight === 0 && audience !== undefined ? `${audience} % of its audience` : `${weight} %`;
}

/** The same behind what has it, ` at 25 %`; nothing where it is served to nobody. */
export function atShare(share: Share): string {
  return share.weight === 0 && share.audience === undefined ? '' : ` at ${shareText(share)}`;
}
