import { expect, test } from 'vitest';
import { valueRefusedText } from '#contract/value-refused.ts';
import { detailInWords } from './quarantine-detail.ts';

test('a value that cannot be taken for a metric is said in the language of the reader', () => {
  const detail = valueRefusedText({ name: 'lid says', said: '{"a": "x says y"}', metric: 'door_open' });
  expect(detailInWords(detail, 'zh')).toContain('门开');
  expect(detailInWords(detail, 'en')).toContain('Door open');
  for (const language of ['zh', 'en'] as const) {
    expect(detailInWords(detail, language)).toContain('{"a": "x says y"}');
    expect(detailInWords(detail, language)).not.toContain('door_open');
  }
});

test('any other sentence stays as it is', () => {
  expect(detailInWords('not JSON: it breaks off', 'zh')).toBeUndefined();
});
