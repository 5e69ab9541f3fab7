/** Lists in pages: `{items, nextCursor}`. */
import { fail, ok, type Reply } from './reply.ts';

export const BAD_CURSOR = fail(
  400,
  'bad-cursor',
  '游标无效，请从头查询。',
  'This cursor is not one of ours; start again without it.',
);

/** A page that is full may have a successor. */
export function page<T>(
  items: readonly T[],
  limit: number,
  cursorOf: (item: T) => string,
): { items: readonly T[]; nextCursor: string | null } {
  const last = items.at(-1);
  return { items, nextCursor: last !== undefined && items.length >= limit ? cursorOf(last) : null };
}

/** A cursor that is a row id; undefined without one. */
export function cursorNumber(cursor: string | undefined): number | undefined | 'bad' {
  if (cursor === undefined) return undefined;
  return /^\d{1,15}$/.test(cursor) ? Number(cursor) : 'bad';
}

/** A page of a list that is held as a whole; the cursor is a position in it. */
export function pageOf(
  all: readonly unknown[],
  query: { readonly cursor?: string | undefined; readonly limit: number },
): Reply {
  const start = cursorNumber(query.cursor) ?? 0;
  if (start === 'bad') return BAD_CURSOR;
  const end = start + query.limit;
  return ok({ items: all.slice(start, end), nextCursor: end < all.length ? String(end) : null });
}
