type Environment = Readonly<Record<string, string | undefined>>;
type Way = 'download' | 'build';
type Plan =
  | { readonly kind: 'not-needed' }
  | { readonly kind: 'present'; readonly file: string }
  | { readonly kind: 'get'; readonly ways: readonly Way[] };

export function temporalCliPlan(
  env: Environment,
  probes?: {
    readonly reachable?: (env: Environment) => Promise<boolean>;
    readonly hasGo?: (env: Environment) => boolean;
  },
): Promise<Plan>;
export function noTemporalMessage(failures: readonly string[]): string;
