import { describe, expect, it } from 'vitest';
import { ApiError } from '../../api/http.ts';
import { lineOfRule, ruleProblems } from './rule-problems.ts';

const refusal = (errors: { path: string; message: string }[], status = 422): ApiError =>
  new ApiError(status, { type: 'x', title: 'x', status, detail: 'x', detailZh: 'x', errors });
const text =
  '# 规则\nrules:\n  # 第一条\n  - id: a\n    select:\n      tags:\n        - x\n  - id: b\n    above: hot\n';

describe('problems of a text of rules', () => {
  it('have the line and the language of the config loader', () => {
    const error = refusal([{ path: 'rules[1].above', message: 'rules.yaml:9:12 应写数字 / write a number' }]);
    expect(ruleProblems(error, text, 'zh')).toEqual([{ line: 9, message: '应写数字' }]);
    expect(ruleProblems(error, text, 'en')).toEqual([{ line: 9, message: 'write a number' }]);
  });

  it('have the line of the YAML parser, without its drawing', () => {
    const error = refusal([{ path: 'yaml', message: 'Missing bracket at line 3, column 1:\n\n  - id: x\n^\n' }]);
    expect(ruleProblems(error, text, 'zh')).toEqual([{ line: 3, message: 'Missing bracket' }]);
  });

  it('have the line on which the rule begins that the schema names by its index', () => {
    const error = refusal([{ path: 'rules.1.above', message: 'expected number' }]);
    expect(ruleProblems(error, text, 'en')).toEqual([{ line: 8, message: 'rules.1.above: expected number' }]);
  });

  it('name the file when they are about another', () => {
    const error = refusal([{ path: '', message: 'calendar.yaml:2:1 缺 / missing' }]);
    expect(ruleProblems(error, text, 'en')).toEqual([{ line: undefined, message: 'calendar.yaml:2 missing' }]);
  });

  it('are none of the text when it was refused for another reason', () => {
    expect(ruleProblems(refusal([], 409), text, 'en')).toBeUndefined();
    expect(ruleProblems(new ApiError(0, undefined), text, 'en')).toBeUndefined();
  });

  it('find no line of a rule that is not there, or in a text without rules', () => {
    expect(lineOfRule(text, 0)).toBe(4);
    expect(lineOfRule(text, 2)).toBeUndefined();
    expect(lineOfRule('rules: []', 0)).toBeUndefined();
    expect(lineOfRule('', 0)).toBeUndefined();
  });
});
