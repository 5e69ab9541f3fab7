export function staleReason(dir?: string): string | undefined;
export function alone<T>(work: () => T | Promise<T>, dir?: string): Promise<T>;
export function ensureInstalled(): Promise<boolean>;
