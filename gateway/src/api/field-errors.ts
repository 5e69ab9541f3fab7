/** What is wrong with the input of a request, field by field. */
import type { z } from 'zod';

export interface FieldError {
  readonly path: string;
  readonly message: string;
}

export interface FieldErrors {
  readonly errors: readonly FieldError[];
  /** Of all. */
  readonly errorCount: number;
}

const MAX_ERRORS = 50;
/** One issue may name every key of a body. */
const MAX_MESSAGE = 500;

const cut = (text: string): string => (text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text);

/** Zod's issues as `path: message`, at most 50, and how many there are. */
export function fieldErrors({ issues }: z.ZodError): FieldErrors {
  const errors = issues
    .slice(0, MAX_ERRORS)
    .map(({ path, message }) => ({ path: cut(path.map(String).join('.')), message: cut(message) }));
  return { errors, errorCount: issues.length };
}
