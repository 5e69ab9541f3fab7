/**
 * JSON as firmware and hand-edited files write it. `JSON.parse` is tried first; only what it refuses is looked at again, in
 * one pass that never touches a string: numbers that are none (`nan`, `-inf`) become null, a `+` before a number and a
 * comma before a closing bracket go. Everything else that is wrong stays wrong.
 */

export type JsonRead =
  | { readonly ok: true; readonly value: unknown }
  /** `detail`: what is wrong and where, one clause. */
  | { readonly ok: false; readonly detail: string };

/** @param text without a byte order mark and without NULs at its end: see plain-text.ts */
export function parseNearJson(text: string): JsonRead {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return parseRefused(text, error);
  }
}

/** @param error what `JSON.parse` says of the text */
export function parseRefused(text: string, error: unknown): JsonRead {
  const mended = mend(text);
  if (mended === undefined) return { ok: false, detail: faultOf(text, error) };
  try {
    return { ok: true, value: JSON.parse(mended) };
  } catch (inMended) {
    return { ok: false, detail: faultOf(mended, inMended) };
  }
}

/** What printf of the usual C libraries makes of a number that is none, and what Arduino prints for one too large. */
const NO_NUMBER = /[+-]?(?:nan(?:\(\w{0,16}\))?|inf(?:inity)?|ovf|1\.#(?:qnan|snan|inf|ind)0{0,8})(?![^\s,\]}])/iy;
/** Whether there is anything in it that the pass knows: most of what is no JSON needs none. */
const HOPEFUL = /nan|inf|ovf|1\.#|\+\d|,\s*[}\]]/i;
/** No message has more values than that, and a made-up one costs no more. */
const MAX_PLACES = 1_000;
const PLUS = /\+(?=\d)/y;
const isSpace = (char: string): boolean => char === ' ' || char === '\n' || char === '\r' || char === '\t';
const STRUCTURE = /[\s",:[\]{}]/g;

/** @returns undefined when there is nothing that could be mended */
function mend(text: string): string | undefined {
  if (!HOPEFUL.test(text)) return undefined;
  let out = '';
  let from = 0;
  let places = 0;
  /** The last character that is no white space; `w` for the end of a word or a number. */
  let before = ':';
  const replace = (at: number, end: number, by: string): void => {
    out += text.slice(from, at) + by;
    from = end;
    places += 1;
  };
  for (let at = 0; at < text.length && places <= MAX_PLACES; ) {
    const char = text.charAt(at);
    if (char === '"') {
      const end = endOfString(text, at);
      if (end === undefined) return undefined;
      [at, before] = [end, char];
    } else if (isSpace(char)) at += 1;
    else if (char === ',' && isOpenEnd(text, at + 1) && !'{[,:'.includes(before)) {
      replace(at, at + 1, '');
      at += 1;
    } else if ('{}[],:'.includes(char)) [at, before] = [at + 1, char];
    else {
      const isValue = '[,:'.includes(before);
      const word = isValue ? matchAt(NO_NUMBER, text, at) : 0;
      const plus = isValue && word === 0 ? matchAt(PLUS, text, at) : 0;
      if (word + plus > 0) replace(at, at + word + plus, word > 0 ? 'null' : '');
      at = endOfWord(text, at + Math.max(1, word));
      before = 'w';
    }
  }
  return from === 0 || places > MAX_PLACES ? undefined : out + text.slice(from);
}

function matchAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

function endOfWord(text: string, at: number): number {
  STRUCTURE.lastIndex = at;
  return STRUCTURE.exec(text)?.index ?? text.length;
}

/** Just after the closing quote. */
function endOfString(text: string, at: number): number | undefined {
  for (let quote = text.indexOf('"', at + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (text.charAt(quote - 1 - slashes) === '\\') slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
  }
  return undefined;
}

/** Whether only white space lies between here and a closing bracket. */
function isOpenEnd(text: string, at: number): boolean {
  let next = at;
  while (isSpace(text.charAt(next))) next += 1;
  return text[next] === '}' || text[next] === ']';
}

const MAX_SHOWN = 12;

function faultOf(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  if (text.trim() === '') return 'not JSON: it is empty';
  const place = /position (\d{1,9})/.exec(message)?.[1];
  const at = place === undefined ? undefined : Number(place);
  if (/Unexpected end|Unterminated string/.test(message) || (at !== undefined && at >= text.length))
    return 'not JSON: it breaks off';
  if (at !== undefined) return `not JSON: ${JSON.stringify(text.slice(at, at + MAX_SHOWN))} at character ${at + 1}`;
  const token = /Unexpected token '(.{1,2})'/u.exec(message)?.[1];
  return token === undefined ? 'not JSON' : `not JSON: unexpected ${JSON.stringify(token)}`;
}
