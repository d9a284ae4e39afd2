import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535).default(0);
export const settingsSchema = z.object({
  SIMULATOR_HOST: z.string().default('127.0.0.1'),
  SIMULATOR_OPENAI_PORT: port,
  SIMULATOR_ANTHROPIC_PORT: port,
  SIMULATOR_CONTROL_PORT: port,
  SIMULATOR_KEYLESS: z.enum(['true', 'false']).default('false'),
  SIMULATOR_SPEED: z.coerce.number().positive().default(1),
  SIMULATOR_FLASH_FAST_CHARACTERS: z.coerce.number().int().min(1).default(160),
});

export interface SimulatorSettings {
  readonly host: string;
  /** Ports; 0 picks a free one. */
  readonly openaiPort: number;
  readonly anthropicPort: number;
  readonly controlPort: number;
  /** Answers callers without a key, too; the vendors, and the simulator where this is left out, refuse them. */
  readonly keyless?: boolean;
  /** Every duration of a model is divided by this. */
  readonly speed: number;
  /** Length of a message, in characters, up to which `atlas-flash` is quick. */
  readonly flashFastCharacters: number;
}

/** The simulator's settings from the environment; throws a sentence that names the wrong one. */
export function readSettings(environment: NodeJS.ProcessEnv): SimulatorSettings {
  const parsed = settingsSchema.safeParse(environment);
  if (!parsed.success) throw new Error(`Simulator settings: ${z.prettifyError(parsed.error)}`);
  return {
    host: parsed.data.SIMULATOR_HOST,
    openaiPort: parsed.data.SIMULATOR_OPENAI_PORT,
    anthropicPort: parsed.data.SIMULATOR_ANTHROPIC_PORT,
    controlPort: parsed.data.SIMULATOR_CONTROL_PORT,
    keyless: parsed.data.SIMULATOR_KEYLESS === 'true',
    speed: parsed.data.SIMULATOR_SPEED,
    flashFastCharacters: parsed.data.SIMULATOR_FLASH_FAST_CHARACTERS,
  };
}
