export type Violation = { rule: string; from: string; to: string; reason: string };
export type Boundaries = { modules: number; violations: Violation[] };
export function readBoundaries(dir?: string): Boundaries;
export function boundaryErrors(read: Boundaries, atLeast?: number): string[];
