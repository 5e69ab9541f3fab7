/**
 * XML as cameras write it: elements, text, CDATA and comments, names without their prefix, attributes passed over. Own
 * and small, because the few documents we read need none of what makes XML dangerous: a DOCTYPE is refused, so there is
 * no entity to expand. One pass with indexOf: no backtracking, and no input makes it slower than linear.
 */

export interface XmlNode {
  /** Without its namespace prefix: prefixes differ from maker to maker. */
  readonly name: string;
  /** Its own text, trimmed. */
  readonly text: string;
  readonly children: readonly XmlNode[];
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

/** @returns the root element; undefined when the text is no whole document, or more than anybody of ours sends. */
export function readXml(text: string): XmlNode | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const open: OpenNode[] = [];
  let nodes = 0;
  for (let at = text.indexOf('<'); at >= 0; ) {
    const markup = markupAt(text, at);
    if (markup === undefined) return undefined;
    const top = open.at(-1);
    if (top !== undefined) top.text += markup.cdata ?? '';
    if (markup.opens !== undefined) {
      nodes += 1;
      if (nodes > MAX_NODES || open.length >= MAX_DEPTH) return undefined;
      open.push({ name: markup.opens, text: '', children: [] });
    }
    if (markup.closes !== undefined) {
      const node = open.pop();
      if (node === undefined || (markup.opens === undefined && node.name !== markup.closes)) return undefined;
      const done: XmlNode = { name: node.name, text: node.text.trim(), children: node.children };
      const parent = open.at(-1);
      // What follows the root is not ours: several firmwares append a stray byte.
      if (parent === undefined) return done;
      parent.children.push(done);
    }
    const next = text.indexOf('<', markup.end);
    const around = open.at(-1);
    if (around !== undefined && next > markup.end) around.text += plain(text.slice(markup.end, next));
    at = next;
  }
  return undefined;
}

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
    return new TextDecoder('utf-8', { fatal: true }).decode(payload);
  } catch {
    return new TextDecoder('gb18030').decode(payload);
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
