import { expect, it } from 'vitest';
import { payloadHead } from './payload-head.ts';

const base64 = (bytes: readonly number[]): string => btoa(String.fromCharCode(...bytes));

it('shows text as it is, in Chinese too', () => {
  const bytes = [...new TextEncoder().encode('{"温度": 21}')];
  expect(payloadHead(base64(bytes)).text).toBe('{"温度": 21}');
});

it('shows every byte, sixteen on a line, and no sign that draws nothing', () => {
  const { text, hex } = payloadHead(base64([0, 9, 10, 65, 127, 255, 133, ...new Array<number>(10).fill(66)]));
  expect(hex).toBe('00 09 0a 41 7f ff 85 42 42 42 42 42 42 42 42 42\n42');
  expect(text).toBe(`␀␉\nA␡\ufffd\ufffd${'B'.repeat(10)}`);
});

it('takes an empty or broken head for nothing', () => {
  expect(payloadHead('')).toEqual({ text: '', hex: '' });
  expect(payloadHead('§')).toEqual({ text: '', hex: '' });
});
