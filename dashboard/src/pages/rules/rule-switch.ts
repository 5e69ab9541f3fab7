/**
 * rules.yaml with one rule switched on or off, everything else as it was, comments too. Undefined where the text is not written
 * as one member a line (a rule in braces, say): such a rule is switched by hand.
 */
export function withRuleEnabled(yaml: string, id: string, enabled: boolean): string | undefined {
  const lines = yaml.split('\n');
  const block = blockOf(lines, id);
  if (block === undefined) return undefined;
  const { idLine, from, to, indent } = block;
  const member = new RegExp(`^(?: {${indent}}|${dash(indent)})enabled:(\\s*)(?:true|false)(?=\\s|$)`);
  const at = lines.findIndex((line, n) => n >= from && n < to && member.test(line));
  if (at >= 0) {
    const line = lines[at] ?? '';
    lines[at] = line.replace(/enabled:(\s*)(?:true|false)/, `enabled:$1${enabled}`);
    return lines.join('\n');
  }
  const says = lines.slice(from, to).some((line) => /^[\s-]*["']?enabled["']?\s*:/.test(line));
  if (says) return undefined;
  const isCrLf = (lines[idLine] ?? '').endsWith('\r');
  lines.splice(idLine + 1, 0, `${' '.repeat(indent)}enabled: ${enabled}${isCrLf ? '\r' : ''}`);
  return lines.join('\n');
}

interface Block {
  readonly idLine: number;
  /** First line of the rule, and the first one after it. */
  readonly from: number;
  readonly to: number;
  /** Column in which its members begin. */
  readonly indent: number;
}

/** The dash of a list entry whose members begin in that column. */
const dash = (indent: number): string => ` {0,${Math.max(0, indent - 2)}}-\\s+`;

function blockOf(lines: readonly string[], id: string): Block | undefined {
  const start = lines.findIndex((line) => /^rules\s*:\s*(?:#.*)?$/.test(line.trimEnd()));
  const first = start < 0 ? undefined : lines.slice(start + 1).find((line) => /^\s*-\s+\S/.test(line));
  if (first === undefined) return undefined;
  const depth = first.indexOf('-');
  const begins = lines.flatMap((line, n) =>
    n > start && line.search(/\S/) === depth && line[depth] === '-' ? [n] : [],
  );
  for (const [n, from] of begins.entries()) {
    const to = begins[n + 1] ?? endOf(lines, from, depth);
    const indent = (/^\s*-\s+/.exec(lines[from] ?? '')?.[0] ?? '').length;
    const idLine = lines.findIndex((line, at) => at >= from && at < to && isIdLine(line, at === from, indent, id));
    if (idLine >= 0) return { idLine, from, to, indent };
  }
  return undefined;
}

/** The last rule ends where something less indented begins. */
function endOf(lines: readonly string[], from: number, depth: number): number {
  const after = lines.findIndex((line, n) => {
    const column = line.search(/\S/);
    return n > from && column >= 0 && column <= depth && line[column] !== '#';
  });
  return after < 0 ? lines.length : after;
}

function isIdLine(line: string, isFirst: boolean, indent: number, id: string): boolean {
  const said = isFirst ? line.replace('-', ' ') : line;
  if (said.search(/\S/) !== indent) return false;
  const [, value = ''] = /^\s*id:\s+(\S+)\s*(?:\s#.*)?$/.exec(said) ?? [];
  return value.replace(/^(["'])(.*)\1$/, '$2') === id;
}
