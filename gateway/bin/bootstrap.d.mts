export type Summary = { passed: number; failed: number; skipped: string; crashed?: string[] };
export function readSummary(file: string, runnerCode: number, builtCode: number): Summary;
