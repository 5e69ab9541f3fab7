/**
 * XML as cameras write it: elements, text, CDATA and comments, names without their prefix, attributes passed over. Own
 * and small, because the few documents we read need none of what makes XML dangerous: a DOCTYPE is refused, so there is
 * no entity to expand. One pass with indexOf: no backtracking, and no input makes it slower than linear.
 */
import { markedEncoding, withoutEnds } from '../../shared/plain-text.ts';

export interface XmlNode {
  /** Without its namespace prefix: prefixes differ from maker to maker. */
  readonly name: string;
  /** Its own text, trimmed. */
  readonly text: string;
  readonly children: readonly XmlNode[];
  /** Its end was not found where it belongs: what it holds may not be all of it. Only from `readXmlSoFar`. */
  readonly isCut?: true;
}

interface OpenNode {
  readonly name: string;
  text: string;
  readonly children: XmlNode[];
}

const MAX_LENGTH = 65_536;
const MAX_NODES = 5_000;
const MAX_DEPTH = 32;
const SPACE = /\s/;

/** @returns the root element; undefined when the text is no whole document, or more than any device of ours sends. */
export function readXml(text: string): XmlNode | undefined {
  const { root, fault } = read(text, false);
  return fault === undefined ? root : undefined;
}

/** What could be read of a document that is not well-formed, and where it first went wrong. */
export interface XmlSoFar {
  readonly root: XmlNode;
  /** Undefined: nothing is wrong. Else in words, in both languages. */
  readonly fault: string | undefined;
}

/**
 * For lists of which one broken item must not cost the others: a closing tag too many is passed over, a missing one is
 * made up (`isCut`), and where no more can be read the document ends.
 * @returns undefined where not even a root element begins
 */
export function readXmlSoFar(text: string): XmlSoFar | undefined {
  const { root, fault } = read(text.slice(0, MAX_LENGTH), true);
  return (
    root && {
      root,
      fault: fault ?? (text.length > MAX_LENGTH ? faultAt('is too long', '过长', MAX_LENGTH) : undefined),
    }
  );
}

interface Read {
  readonly root: XmlNode | undefined;
  readonly fault: string | undefined;
}

function read(text: string, isLenient: boolean): Read {
  if (text.length > MAX_LENGTH) return { root: undefined, fault: faultAt('is too long', '过长', MAX_LENGTH) };
  const open: OpenNode[] = [];
  let nodes = 0;
  let fault: string | undefined;
  for (let at = text.indexOf('<'); at >= 0; ) {
    let markup = markupAt(text, at);
    if (markup === undefined) {
      fault ??= faultAt('has a broken tag', '有坏的标签', at);
      if (!isLenient || text.startsWith('<!', at)) return endOf(open, isLenient, fault);
      // A bare < in a name: a sign like any other.
      markup = { end: at + 1, cdata: '<' };
    }
    const top = open.at(-1);
    if (top !== undefined) top.text += markup.cdata ?? '';
    if (markup.opens !== undefined) {
      nodes += 1;
      if (nodes > MAX_NODES || open.length >= MAX_DEPTH)
        return endOf(open, isLenient, fault ?? faultAt('has too many elements', '元素过多', at));
      open.push({ name: markup.opens, text: '', children: [] });
    }
    if (markup.closes !== undefined) {
      const isMatching = open.at(-1)?.name === markup.closes;
      if (!isMatching)
        fault ??= faultAt(`has </${markup.closes}> where it does not belong`, `多了 </${markup.closes}>`, at);
      if (!isMatching && !isLenient) return { root: undefined, fault };
      const root = closeDown(open, markup.closes);
      // What follows the root is not ours: several firmwares append a stray byte.
      if (root !== undefined) return { root, fault };
    }
    const next = text.indexOf('<', markup.end);
    const around = open.at(-1);
    if (around !== undefined && next > markup.end) around.text += plain(text.slice(markup.end, next));
    at = next;
  }
  return endOf(open, isLenient, fault ?? faultAt('has no end', '没有结尾', text.length));
}

const faultAt = (en: string, zh: string, at: number): string =>
  `XML 第 ${at + 1} 个字符处${zh} / the XML ${en} at character ${at + 1}`;

/** Closes the innermost element of this name, and those inside it that were left open. @returns the root when it is closed */
function closeDown(open: OpenNode[], name: string): XmlNode | undefined {
  if (!open.some((node) => node.name === name)) return undefined;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const isWanted = node.name === name;
    const done = closed(node, !isWanted);
    const parent = open.at(-1);
    if (parent === undefined) return done;
    parent.children.push(done);
    if (isWanted) return undefined;
  }
  return undefined;
}

function endOf(open: OpenNode[], isLenient: boolean, fault: string): Read {
  const root = open[0];
  if (!isLenient || root === undefined) return { root: undefined, fault };
  for (let node = open.pop(); node !== undefined && node !== root; node = open.pop())
    open.at(-1)?.children.push(closed(node, true));
  return { root: closed(root, true), fault };
}

const closed = ({ name, text, children }: OpenNode, isCut: boolean): XmlNode => ({
  ...{ name, text: text.trim(), children },
  ...(isCut ? { isCut } : {}),
});

/** The first child of each name in turn, from the node down. */
export function xmlPath(node: XmlNode | undefined, ...names: readonly string[]): XmlNode | undefined {
  let at = node;
  for (const name of names) at = at?.children.find((child) => child.name === name);
  return at;
}

export function xmlText(node: XmlNode | undefined, ...names: readonly string[]): string | undefined {
  return xmlPath(node, ...names)?.text;
}

export function xmlAll(node: XmlNode | undefined, name: string): readonly XmlNode[] {
  return node?.children.filter((child) => child.name === name) ?? [];
}

/**
 * Bytes of a document to text. UTF-8 where they are UTF-8, whatever the declaration says, for many write GB2312 and
 * send UTF-8; else GB 18030, which includes GBK and GB 2312.
 */
export function xmlTextOf(payload: Uint8Array): string {
  try {
    return withoutEnds(new TextDecoder(markedEncoding(payload) ?? 'utf-8', { fatal: true }).decode(payload));
  } catch {
    return withoutEnds(new TextDecoder('gb18030').decode(payload));
  }
}

interface Markup {
  /** Just after it. */
  readonly end: number;
  readonly opens?: string;
  readonly closes?: string;
  readonly cdata?: string;
}

function markupAt(text: string, at: number): Markup | undefined {
  if (text.startsWith('<!--', at)) return after(text, '-->', at + 4);
  if (text.startsWith('<?', at)) return after(text, '?>', at + 2);
  if (text.startsWith('<![CDATA[', at)) {
    const found = after(text, ']]>', at + 9);
    return found && { ...found, cdata: text.slice(at + 9, found.end - 3) };
  }
  if (text.startsWith('<!', at)) return undefined;
  const end = tagEnd(text, at + 1);
  if (end === undefined) return undefined;
  const isClosing = text[at + 1] === '/';
  const isEmpty = !isClosing && text[end - 1] === '/';
  const name = nameOf(text.slice(at + (isClosing ? 2 : 1), isEmpty ? end - 1 : end));
  if (name === undefined) return undefined;
  return { end: end + 1, ...(isClosing ? {} : { opens: name }), ...(isClosing || isEmpty ? { closes: name } : {}) };
}

function after(text: string, mark: string, from: number): Markup | undefined {
  const at = text.indexOf(mark, from);
  return at < 0 ? undefined : { end: at + mark.length };
}

/** Index of the `>` that ends a tag; one inside a quoted attribute does not. */
function tagEnd(text: string, from: number): number | undefined {
  let quote = '';
  for (let at = from; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (char === '>') return at;
    else if (char === '<') return undefined;
  }
  return undefined;
}

function nameOf(tag: string): string | undefined {
  let end = 0;
  while (end < tag.length && !SPACE.test(tag[end] ?? '')) end += 1;
  const local = tag.slice(0, end).split(':').at(-1) ?? '';
  return local.length > 0 && local.length <= 64 ? local : undefined;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** The five predefined entities; any other stays as it stands. */
function plain(text: string): string {
  return text.includes('&')
    ? text.replace(/&(lt|gt|quot|apos|amp);/g, (all, name: string) => ENTITIES[name] ?? all)
    : text;
}
