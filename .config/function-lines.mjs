/**
 * No function over 60 lines of its own: lines of functions inside it count for those, so that a factory whose closures
 * are short passes and one long body does not.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const MAX_LINES = 60;
const SOURCES = /^(gateway\/(src|contract)|device-sim|dashboard\/src)\/.*\.tsx?$/;
const TESTS = /(^|\/)test\/|\.test\.tsx?$/;

/** @returns {{ name: string, line: number, lines: number }[]} functions longer than `max`, own lines only. */
export function longFunctions(fileName, text, max = MAX_LINES) {
  const source = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);
  const textLines = text.split('\n');
  const found = [];
  const visit = (node, owner) => {
    const isFunction = ts.isFunctionLike(node) && node.body !== undefined;
    const current = isFunction ? { node, inner: [] } : owner;
    if (isFunction && owner) owner.inner.push(span(source, node));
    ts.forEachChild(node, (child) => visit(child, current));
    if (!isFunction) return;
    const lines = ownLines(span(source, node), current.inner, textLines);
    if (lines > max)
      found.push({ name: node.name?.getText(source) ?? 'function', line: span(source, node).first + 1, lines });
  };
  visit(source, undefined);
  return found;
}

function span(source, node) {
  return {
    first: source.getLineAndCharacterOfPosition(node.getStart(source)).line,
    last: source.getLineAndCharacterOfPosition(node.getEnd()).line,
  };
}

function ownLines(whole, inner, textLines) {
  let lines = 0;
  for (let line = whole.first; line <= whole.last; line += 1) {
    const blank = textLines[line].trim() === '';
    const inside = inner.some((part) => line > part.first && line <= part.last);
    if (!blank && !inside) lines += 1;
  }
  return lines;
}

function main() {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((file) => SOURCES.test(file) && !TESTS.test(file));
  let bad = 0;
  for (const file of files) {
    for (const { name, line, lines } of longFunctions(file, readFileSync(join(root, file), 'utf8'))) {
      console.error(`${file}:${line} ${name}: ${lines} lines of its own, at most ${MAX_LINES}`);
      bad += 1;
    }
  }
  if (files.length === 0 || bad > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
