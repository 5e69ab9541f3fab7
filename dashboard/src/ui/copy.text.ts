import { catalogue } from '../i18n/catalogue.ts';

export const copyText = catalogue(
  { copy: '复制', copied: '已复制', byHand: '已选中，请按 Ctrl+C（手机上长按）复制' },
  { copy: 'Copy', copied: 'copied', byHand: 'selected: copy it with Ctrl+C (on a phone: press and hold)' },
);
