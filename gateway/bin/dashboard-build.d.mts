export function dashboardHash(dir?: string): string;
export function dashboardIsStale(dir?: string): boolean;
export function buildDashboard(node: string): Promise<number>;
