import { expect, test } from 'vitest';
import { utf8Bytes } from '#contract/utf8.ts';

test.each(['', 'a %41', 'é\u0000\u007f', '电表', '😀\ud800x', '\uffff'])('%j', (text) =>
  expect(utf8Bytes(text)).toEqual([...Buffer.from(text.toWellFormed())]),
);
