import { expect, it } from 'vitest';
import { placeBeside } from './place-beside.ts';

it('a place is named once', () => {
  expect(placeBeside('东门', ['东门门磁'])).toBe('');
  expect(placeBeside('East gate', ['East Gate camera 1', ''])).toBe('');
  expect(placeBeside('东门', ['一号门磁', '东门'])).toBe('');
  expect(placeBeside('二楼', ['药品柜', '明德楼'])).toBe('二楼');
});
