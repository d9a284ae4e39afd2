interface LockedPackage {
  readonly version?: string;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
}
type Packages = Readonly<Record<string, LockedPackage>>;

export function dependenciesState(root: string): 'current' | 'missing' | 'outdated';
export function satisfies(installed: Packages, wanted: Packages): boolean;
