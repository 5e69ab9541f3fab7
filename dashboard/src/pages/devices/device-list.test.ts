import { expect, test } from 'vitest';
import { listOf } from '#contract/list-cell.ts';
import { csvOf } from '../../lib/csv-text.ts';
import { textRows } from '../onboarding/import-file.ts';
import { deviceList } from './device-list.ts';

test('tags with separators inside come back from a file as they were', async () => {
  const tags = ['一、二', 'q;r', 's,t', '"u"', 'plain'];
  const yaml = `devices: [${JSON.stringify({ id: 'a', name: '甲', kind: 'door', place: 'p', tags })}]`;
  const { rows } = await textRows(csvOf(deviceList(yaml, [], 'zh').rows));
  const column = rows[0]?.cells.indexOf('标签') ?? -1;
  expect(listOf(rows[1]?.cells[column] ?? '')).toEqual(tags);
});
