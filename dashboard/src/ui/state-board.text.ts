import { catalogue } from '../i18n/catalogue.ts';

export const stateBoardText = catalogue(
  { maintenance: '检修', more: (count: number) => `另有 ${count}` },
  { maintenance: 'In maintenance', more: (count) => `${count} more` },
);
