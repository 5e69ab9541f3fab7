import { expect, test } from 'vitest';
import { longFunctions } from '../../../.config/function-lines.mjs';

const lines = (count: number, text: string): string => Array.from({ length: count }, () => text).join('\n');

test('a long body is found, with its name, line and own length', () => {
  const text = `\nfunction long() {\n${lines(60, '  work();')}\n}\n`;
  expect(longFunctions('a.ts', text)).toEqual([{ name: 'long', line: 2, lines: 62 }]);
});

test('short closures in a factory do not add up, blank lines do not count', () => {
  const closure = `  const a = () => {\n${lines(30, '    work();')}\n  };\n\n`;
  expect(longFunctions('a.ts', `function factory() {\n${closure.repeat(5)}}\n`)).toEqual([]);
});
