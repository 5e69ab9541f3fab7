/** A page of the records brought up to what is known: what the disk has not taken yet stands in lists like the rest. Pure. */
import { cursorAt, type RecordPage, splitCursor } from './store/judge-records.ts';

interface Listed {
  readonly id: string;
  readonly since: number;
}

export interface PageAsked {
  readonly before?: string | undefined;
  readonly limit: number;
}

/**
 * @param page as the records have it, newest first
 * @param unsaved newest state of what is not in them
 * @param isWanted whether an item passes the filter that `page` was asked with
 */
export function withUnsaved<T extends Listed>(
  page: RecordPage<T>,
  unsaved: readonly T[],
  { before, limit }: PageAsked,
  isWanted: (item: T) => boolean,
): RecordPage<T> {
  if (unsaved.length === 0) return page;
  const [since, id] = splitCursor(before);
  const last = page.nextCursor === null ? undefined : page.items.at(-1);
  const isOnPage = (item: T): boolean =>
    newestFirst({ since, id }, item) < 0 && (last === undefined || newestFirst(item, last) <= 0);
  const newer = new Set(unsaved.map((item) => item.id));
  const items = [
    ...page.items.filter((item) => !newer.has(item.id)),
    ...unsaved.filter((item) => isWanted(item) && isOnPage(item)),
  ].sort(newestFirst);
  if (items.length <= limit) return { items, nextCursor: page.nextCursor };
  const shown = items.slice(0, limit);
  const end = shown.at(-1);
  return { items: shown, nextCursor: end === undefined ? null : cursorAt(end) };
}

function newestFirst(a: Listed, b: Listed): number {
  return b.since - a.since || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}
