import { z } from 'zod';

const findingStates = ['ok', 'warn', 'fail', 'unknown'] as const;

export const findingSchema = z
  .object({
    check: z.string().meta({ description: '`temporal`, `gateways`, `way back`, …' }),
    about: z.string().optional().meta({ description: 'The app, environment or gateway that it is about' }),
    state: z.enum(findingStates).meta({
      description:
        '`warn`: it works, and is not as it should be in production; `unknown`: nothing was found that says either',
    }),
    says: z.string(),
    remedy: z.string().optional().meta({ description: 'What to do about it; there unless it is ok' }),
  })
  .meta({ id: 'Finding' });

export type DoctorFinding = z.infer<typeof findingSchema>;

/** One that is as it should be. */
export function wellFound(check: string, about: string | undefined, says: string): DoctorFinding {
  return { check, ...(about === undefined ? {} : { about }), state: 'ok', says };
}

/** One that is not, with what to do about it. */
export function illFound(
  state: Exclude<DoctorFinding['state'], 'ok'>,
  { check, about, says, remedy }: Omit<DoctorFinding, 'state' | 'remedy'> & { readonly remedy: string },
): DoctorFinding {
  return { check, ...(about === undefined ? {} : { about }), state, says, remedy };
}
