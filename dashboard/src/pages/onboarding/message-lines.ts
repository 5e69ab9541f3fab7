/** A message as lines of indented JSON, each scalar in it with the path a profile would write for it. */
export type Scalar = string | number | boolean | null;

export interface MessageLine {
  readonly depth: number;
  /** What stands before the value: `"power": ` or a bracket. */
  readonly before: string;
  /** Present where a value can be taken. */
  readonly value?: { readonly path: string | undefined; readonly shown: string; readonly sample: Scalar };
  readonly after: string;
}

const plainKey = /^[^.[\]{}"]+$/;
const maxLines = 600;

/** `a.b`, `a[0]`, `a["odd.key"]`; undefined for a key that no path can name. */
export function pathTo(base: string | undefined, key: string | number): string | undefined {
  if (base === undefined) return undefined;
  if (typeof key === 'number') return key < 10_000 ? `${base}[${key}]` : undefined;
  if (plainKey.test(key)) return base === '' ? key : `${base}.${key}`;
  return /["\]]/.test(key) || key === '' ? undefined : `${base}["${key}"]`;
}

const isScalar = (value: unknown): value is Scalar =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** Undefined when the text is no JSON. */
export function parsedMessage(text: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch {
    return undefined;
  }
}

/**
 * Lines of one message; a text that is no JSON is one value whose path is `.`. At most 600 lines: what is longer is cut,
 * with a line that says so (`…`).
 */
export function messageLines(text: string): readonly MessageLine[] {
  const parsed = parsedMessage(text);
  if (parsed === undefined || isScalar(parsed.value)) {
    const sample = parsed === undefined ? text : (parsed.value as Scalar);
    return [{ depth: 0, before: '', value: { path: '.', shown: text, sample }, after: '' }];
  }
  const lines: MessageLine[] = [];
  addLines(lines, parsed.value, { depth: 0, before: '', path: '', after: '' });
  return lines.length > maxLines ? [...lines.slice(0, maxLines), { depth: 0, before: '…', after: '' }] : lines;
}

interface Where {
  readonly depth: number;
  readonly before: string;
  readonly path: string | undefined;
  readonly after: string;
}

function addLines(lines: MessageLine[], value: unknown, { depth, before, path, after }: Where): void {
  if (lines.length > maxLines) return;
  if (isScalar(value)) {
    lines.push({ depth, before, value: { path, shown: JSON.stringify(value), sample: value }, after });
    return;
  }
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((item: unknown, index) => [index, item] as const)
    : Object.entries(value as object);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) {
    lines.push({ depth, before: `${before}${open}${close}${after}`, after: '' });
    return;
  }
  lines.push({ depth, before: `${before}${open}`, after: '' });
  entries.forEach(([key, item], index) => {
    addLines(lines, item, {
      depth: depth + 1,
      before: typeof key === 'number' ? '' : `${JSON.stringify(key)}: `,
      path: pathTo(path, key),
      after: index === entries.length - 1 ? '' : ',',
    });
  });
  lines.push({ depth, before: `${close}${after}`, after: '' });
}

/** For a message too long to be shown whole: one line for each value the gateway named. */
export function fieldLines(
  fields: readonly { readonly path: string; readonly sample: Scalar }[],
): readonly MessageLine[] {
  return fields.map(({ path, sample }) => ({
    depth: 0,
    before: `${path}: `,
    value: { path, shown: JSON.stringify(sample), sample },
    after: '',
  }));
}

/** Every scalar of a message by its path. */
export function scalarsOf(text: string): ReadonlyMap<string, Scalar> {
  const found = messageLines(text).flatMap(({ value }) =>
    value?.path === undefined ? [] : [[value.path, value.sample] as const],
  );
  return new Map(found);
}

/** Different values a path had in kept messages, as words, in order of appearance; at most 12. */
export function wordsAt(texts: readonly string[], path: string): readonly string[] {
  const words = new Set<string>();
  for (const text of texts) {
    const sample = scalarsOf(text).get(path);
    if (sample !== undefined && sample !== null) words.add(String(sample));
    if (words.size >= 12) break;
  }
  return [...words];
}
