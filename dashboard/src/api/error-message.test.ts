import { expect, it } from 'vitest';
import { messageOf } from './error-message.ts';
import { ApiError } from './http.ts';

const problem = { type: 'x', title: 'x', status: 409, detail: 'It still holds.', detailZh: '情况仍在持续。' };

it('says what the gateway said, in the chosen language', () => {
  expect(messageOf(new ApiError(409, problem), 'zh')).toBe('情况仍在持续。');
  expect(messageOf(new ApiError(409, problem), 'en')).toBe('It still holds.');
});

it('names the fields that do not fit', () => {
  const errors = [{ path: 'name', message: 'too long' }];
  expect(messageOf(new ApiError(400, { ...problem, errors }), 'en')).toBe('It still holds. name: too long');
});

it('has a sentence for every failure', () => {
  const said = [
    new ApiError(0, undefined),
    new ApiError(401, undefined),
    new ApiError(403, undefined),
    new ApiError(502, undefined),
    new Error('x'),
  ].map((error) => messageOf(error, 'zh'));
  expect(new Set(said).size).toBe(5);
  expect(said.every((sentence) => sentence.length > 5)).toBe(true);
});
