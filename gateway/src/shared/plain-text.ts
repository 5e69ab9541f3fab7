/** Bytes that somebody else wrote, as text: byte order marks are no characters, and the NULs that end a C string are not either. */

const BOM = '\ufeff';
const NUL = '\0';

/** The text of a message or a file: UTF-8, or UTF-16 where it begins with that mark. Bytes that are no text become U+FFFD. */
export function plainText(payload: Buffer): string {
  const encoding = markedEncoding(payload);
  return withoutEnds(encoding === undefined ? payload.toString() : new TextDecoder(encoding).decode(payload));
}

/** Without a mark at the beginning, and without NULs, with or without white space between them, at the end. */
export function withoutEnds(text: string): string {
  const body = text.startsWith(BOM) ? text.slice(1) : text;
  if (!body.trimEnd().endsWith(NUL)) return body;
  let end = body.length;
  while (end > 0 && (body[end - 1] === NUL || body[end - 1]?.trim() === '')) end -= 1;
  return body.slice(0, end);
}

/** A word or a number alone: nothing around it. */
export function bareWord(text: string): string {
  const word = text.trim();
  return word.endsWith(NUL) ? withoutEnds(word) : word;
}

/** What a byte order mark says; undefined without one. */
export function markedEncoding(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 'utf-8' : undefined;
}
