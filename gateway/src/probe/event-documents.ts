/**
 * Cuts the XML documents out of an alertStream. It is multipart/mixed by name; but firmwares leave out Content-Length,
 * or give a wrong one, or no last boundary, and send pictures of megabytes between. What all of them do is close the
 * element, so that is what is looked for: a heartbeat is read when it is there, not when the next part begins. Pure.
 */

export interface EventDocuments {
  /** The next bytes of the stream, cut anywhere. @returns the documents that are whole now */
  push(piece: Buffer): readonly Buffer[];
}

const OPENING = Buffer.from('<EventNotificationAlert');
const CLOSING = Buffer.from('</EventNotificationAlert>');
export const MAX_DOCUMENT_BYTES = 65_536;

export function createEventDocuments(): EventDocuments {
  let held: Buffer = Buffer.alloc(0);
  /** Up to here the closing tag was looked for already. */
  let searched = 0;

  const next = (): Buffer | undefined => {
    const opening = held.indexOf(OPENING);
    if (opening < 0) {
      // Of what is no document only as much is kept as the beginning of a tag may hide in.
      keepFrom(Math.max(0, held.length - OPENING.length + 1));
      return undefined;
    }
    if (opening > 0) keepFrom(opening);
    const closing = held.indexOf(CLOSING, searched);
    if (closing < 0) {
      // Only the last beginning can still find its end.
      if (held.length > MAX_DOCUMENT_BYTES) keepFrom(held.lastIndexOf(OPENING));
      if (held.length > MAX_DOCUMENT_BYTES) keepFrom(held.length - OPENING.length + 1);
      searched = Math.max(0, held.length - CLOSING.length + 1);
      return undefined;
    }
    const whole = held.subarray(0, closing + CLOSING.length);
    keepFrom(whole.length);
    // One that was never closed before the next began is lost; the next is not.
    return whole.subarray(whole.lastIndexOf(OPENING));
  };
  const keepFrom = (at: number): void => {
    held = held.subarray(at);
    searched = Math.max(0, searched - at);
  };

  return {
    push(piece) {
      held = held.length === 0 ? piece : Buffer.concat([held, piece]);
      const found: Buffer[] = [];
      for (let document = next(); document !== undefined; document = next())
        if (document.length <= MAX_DOCUMENT_BYTES) found.push(document);
      // What is kept must not keep the whole piece alive.
      if (held.length < piece.length) held = Buffer.from(held);
      return found;
    },
  };
}
