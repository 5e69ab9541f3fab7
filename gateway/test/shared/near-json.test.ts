import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNearJson } from '../../src/shared/near-json.ts';
import { bareWord, plainText } from '../../src/shared/plain-text.ts';

const readOf = (text: string): unknown => {
  const read = parseNearJson(text);
  return read.ok ? read.value : read.detail;
};

describe('JSON as firmware writes it', () => {
  test.each([
    'nan NaN NAN -nan +nan nan(ind) -nan(ind) nan(0x8000)',
    'inf -inf +inf INF Infinity -Infinity +Infinity ovf',
    '1.#QNAN -1.#IND 1.#INF 1.#INF00',
  ])('what is no number is unknown: %s', (words) => {
    for (const word of words.split(' ')) {
      expect(readOf(`{"t":${word},"p":40}`)).toEqual({ t: null, p: 40 });
      expect(readOf(`{"p": 40, "t" :\t${word} }`)).toEqual({ t: null, p: 40 });
      expect(readOf(`[1,${word}, 2]`)).toEqual([1, null, 2]);
      expect(readOf(word)).toBeNull();
    }
  });

  test('a comma at the end, and a plus before a number', () => {
    expect(readOf('{"a":1,}')).toEqual({ a: 1 });
    expect(readOf('{"a":[1,2,\r\n ], "b":{"c":"x",},\n}')).toEqual({ a: [1, 2], b: { c: 'x' } });
    expect(readOf('{"a":+12.5,"b":[+1,+nan,],"c":true,}')).toEqual({ a: 12.5, b: [1, null], c: true });
  });

  test('nothing inside a string is touched', () => {
    expect(readOf('{"a":"x, nan,}","nan":nan,"b":"say \\"inf\\",]","c":"\\\\",}')).toEqual({
      ...{ a: 'x, nan,}', nan: null, b: 'say "inf",]', c: '\\' },
    });
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('nan', '-inf', 'Infinity', '+nan'), (value, word) => {
        const text = JSON.stringify(value);
        expect(readOf(`{"v":${text},"n":${word},}`)).toEqual({ v: JSON.parse(text), n: null });
      }),
    );
  });

  test.each([
    ['', 'not JSON: it is empty'],
    ['{"a":1', 'not JSON: it breaks off'],
    ['{"a":"x', 'not JSON: it breaks off'],
    ['{"a":nan,"b":', 'not JSON: it breaks off'],
    ['{"a":1}}', 'not JSON: "}" at character 8'],
    ['{"a":1 "b":2}', 'not JSON: "\\"b\\":2}" at character 8'],
    ['{,}', 'not JSON: ",}" at character 2'],
    ['[1,,2]', 'not JSON: unexpected ","'],
    ['{"a":,"b":1}', 'not JSON: unexpected ","'],
    ['{nan:1}', 'not JSON: "nan:1}" at character 2'],
    ['{"a":nano}', 'not JSON: unexpected "a"'],
    ['{"a":information}', 'not JSON: unexpected "i"'],
    ['{"a":0012}', 'not JSON: "012}" at character 7'],
    ["{'a':1}", 'not JSON: "\'a\':1}" at character 2'],
  ])('damaged stays damaged, and says where: %s', (text, detail) => {
    expect(readOf(text)).toBe(detail);
  });

  test('strict JSON reads as ever', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(readOf(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test.each([
    ['commas', (n: number) => `[${', '.repeat(n)}`],
    ['spaces after commas', (n: number) => `[1,${' '.repeat(n)}`],
    ['quotes', (n: number) => '"\\"'.repeat(n)],
    ['backslashes', (n: number) => `["${'\\'.repeat(n)}`],
    ['words', (n: number) => `[${'nan'.repeat(n)}`],
    ['values', (n: number) => `[${'nan,'.repeat(n)}`],
    ['signs', (n: number) => `[${'+'.repeat(n)}`],
  ])('a megabyte of %s takes no longer than its length', (_, made) => {
    const began = performance.now();
    parseNearJson(made(1).repeat(1));
    parseNearJson(made(Math.floor(1_048_576 / Math.max(1, made(1).length - 1))));
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe('bytes that become text', () => {
  const bytes = (text: string, encoding: BufferEncoding = 'utf8'): Buffer => Buffer.from(text, encoding);
  const swapped = (text: string): Buffer => bytes(text, 'utf16le').swap16();

  test.each([
    ['UTF-8', bytes('开'), '开'],
    ['with its mark', bytes('\ufeff开'), '开'],
    ['UTF-16 with its mark', bytes('\ufeff开 1', 'utf16le'), '开 1'],
    ['UTF-16 the other way round', swapped('\ufeff开 1'), '开 1'],
    ['a C string with its end', bytes('Online\0\0'), 'Online'],
    ['a C string in a buffer, and the newline of a terminal', bytes('Online\r\n\0\0\0\n'), 'Online'],
    ['a newline alone stays', bytes('Online\n'), 'Online\n'],
    ['a NUL inside stays', bytes('On\0line'), 'On\0line'],
    ['nothing but NULs', bytes('\0\0'), ''],
    ['nothing', bytes(''), ''],
  ])('%s', (_, payload, text) => {
    expect(plainText(payload)).toBe(text);
  });

  test('a word has nothing around it', () => {
    expect([' ON\0', 'ON \0 ', '\ufeffON', 'ON'].map(bareWord)).toEqual(['ON', 'ON', 'ON', 'ON']);
  });
});
