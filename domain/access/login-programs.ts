/** The programs that log in to the database as users of their own (config-store/roles/rights.ts says what each may). */
export const loginPrograms = ['api', 'worker', 'gateway', 'evaluation', 'breakglass'] as const;
export type LoginProgram = (typeof loginPrograms)[number];
