import { isDeepStrictEqual } from 'node:util';
import { type Document, isAlias, isNode, parseDocument, visit } from 'yaml';

/** Looking for keys that stand twice takes time that grows with the square of the file; the check of the file does it. */
export const readDocument = (text: string): Document.Parsed => parseDocument(text, { uniqueKeys: false });

/** The splice when it says exactly what the change says, else the whole file as the library writes it. */
export function verified(text: string, splice: string, change: (document: Document.Parsed) => void): string {
  const document = readDocument(text);
  // It is refused as a whole when it is written, with the line.
  if (document.errors.length > 0) return splice;
  change(document);
  // The splice may keep the anchor and so change those who repeat it; written without it the file is refused as a whole.
  if (hasLooseAlias(document)) return document.toString({ lineWidth: 0, verifyAliasOrder: false });
  const spliced = readDocument(splice);
  const same = spliced.errors.length === 0 && isDeepStrictEqual(spliced.toJS(), document.toJS());
  return same ? splice : document.toString({ lineWidth: 0 });
}

/** Whether an alias repeats an anchor that does not stand before it. */
function hasLooseAlias(document: Document): boolean {
  let found = false;
  const anchors = new Set<string>();
  visit(document, (_key, node) => {
    if (isAlias(node)) found ||= !anchors.has(node.source);
    else if (isNode(node) && 'anchor' in node && typeof node.anchor === 'string') anchors.add(node.anchor);
    return found ? visit.BREAK : undefined;
  });
  return found;
}
