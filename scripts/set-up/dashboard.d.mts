export function builtDashboard(root: string): string;
export function dashboardInputs(root: string): string;
export function stampOf(folder: string): string;
export function dashboardState(root: string): 'none' | 'current' | 'outdated';
