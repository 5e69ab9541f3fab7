import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type YAMLError,
} from 'yaml';
import type { ConfigProblem } from '../shared/loaded-config.ts';

export type Path = readonly PropertyKey[];

export interface YamlSource {
  readonly file: string;
  /** The plain value; undefined when the text is no YAML. */
  readonly value: unknown;
  /** What makes it no YAML; each is worded when it is asked for, since a broken file may have a hundred thousand. */
  readonly problems: readonly (() => ConfigProblem)[];
  /** A problem at the value of a path, or at its nearest parent that exists. */
  problem(path: Path, zh: string, en: string): ConfigProblem;
  /** The same at a key of the map at `path`. */
  keyProblem(path: Path, key: string, zh: string, en: string): ConfigProblem;
}

/** Reads one YAML 1.2 document and remembers where everything stands. */
export function readYaml(file: string, text: string): YamlSource {
  const lineCounter = new LineCounter();
  // The library compares every key of a map with every other one; `repeatedKeys` looks each up instead.
  const document = parseDocument(text, { lineCounter, prettyErrors: false, strict: true, uniqueKeys: false });
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const worded = (offset: number, code: YAMLError['code'], message: string) => (): ConfigProblem => ({
    ...{ file, path: '', ...at(offset), message: sentence(code, message) },
  });
  const problems = [
    ...document.errors.map(({ pos, code, message }) => worded(pos[0], code, message)),
    ...repeatedKeys(document.contents).map((offset) => worded(offset, 'DUPLICATE_KEY', 'Map keys must be unique')),
  ];
  const problem = (offset: number, path: Path, zh: string, en: string): ConfigProblem => ({
    file,
    ...at(offset),
    path: pathText(path),
    message: { zh, en },
  });
  let value: unknown;
  try {
    // A file of comments alone is an empty map: every setting then has its default or is named as missing.
    if (problems.length === 0) value = document.toJS() ?? {};
  } catch (error) {
    if (error instanceof ReferenceError && error.message.startsWith('Unresolved alias'))
      problems.push(() =>
        problem(
          0,
          [],
          `别名（*）引用的锚点（&）不存在；请直接写出内容（${error.message}）`,
          `an alias (*) repeats an anchor (&) that is not there; write the content out (${error.message})`,
        ),
      );
    else {
      // Aliases of aliases: the library refuses to unfold more than a hundred.
      const en = `too many aliases (*); write the contents out (${String(error)})`;
      problems.push(() => problem(0, [], '别名（*）太多，请直接写出内容', en));
    }
  }
  return {
    file,
    problems,
    value,
    problem: (path, zh, en) => problem(offsetOf(document, path), path, zh, en),
    keyProblem: (path, key, zh, en) => problem(keyOffset(document, path, key), [...path, key], zh, en),
  };
}

const MAX_PART = 100;

/** `devices[3].place` */
export function pathText(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const name = String(part).slice(0, MAX_PART);
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

function offsetOf(document: Document.Parsed, path: Path): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function keyOffset(document: Document.Parsed, path: Path, key: string): number {
  const map = path.length === 0 ? document.contents : document.getIn(path, true);
  if (isMap(map)) {
    const pair = map.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === key);
    if (pair && isNode(pair.key) && pair.key.range) return pair.key.range[0];
  }
  return isSeq(map) && map.range ? map.range[0] : offsetOf(document, path);
}

const SENTENCES: Readonly<Partial<Record<YAMLError['code'], readonly [zh: string, en: string]>>> = {
  DUPLICATE_KEY: ['同一层里这个键写了两次，请删掉一个', 'this key stands twice on one level; delete one of them'],
  TAB_AS_INDENT: ['缩进不能用制表符，请改成空格', 'a tab is no indentation in YAML; use spaces'],
  BAD_INDENT: ['缩进不对：同一层的各行要左对齐', 'wrong indentation: lines of one level must start in the same column'],
  MULTIPLE_DOCS: [
    '一个文件只能有一份内容，请删掉 --- 之后的部分',
    'one file holds one document; remove what follows ---',
  ],
  MISSING_CHAR: ['缺少引号、括号或冒号', 'a quote, bracket or colon is missing'],
  BAD_ALIAS: ['别名（*）没有对应的锚点（&）', 'an alias (*) without its anchor (&)'],
};

function sentence(code: YAMLError['code'], message: string): ConfigProblem['message'] {
  const [zh, en] = SENTENCES[code] ?? ['这里不是合法的 YAML', 'this is not valid YAML'];
  const shown = message.length > MAX_SHOWN ? `${message.slice(0, MAX_SHOWN)}…` : message;
  return { zh: `${zh}（${shown}）`, en: `${en} (${shown})` };
}

const MAX_SHOWN = 200;

/** Offsets of keys that stand in their map for the second time. */
function repeatedKeys(root: unknown): number[] {
  const offsets: number[] = [];
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (isSeq(node)) for (const item of node.items) waiting.push(item);
    if (!isMap(node)) continue;
    const seen = new Set<unknown>();
    for (const { key, value } of node.items) {
      waiting.push(key, value);
      if (!isScalar(key)) continue;
      if (seen.has(key.value)) offsets.push(key.range?.[0] ?? 0);
      seen.add(key.value);
    }
  }
  return offsets.sort((a, b) => a - b);
}
