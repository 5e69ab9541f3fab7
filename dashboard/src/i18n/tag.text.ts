import { catalogue } from './catalogue.ts';

/** Tags of the shipped configuration in the reader's language. A school's own tags are shown as they were written. */
export const tagText = catalogue(
  { room: '教室', lighting: '照明', sockets: '插座', fridge: '冷藏柜' },
  { room: 'room', lighting: 'lighting', sockets: 'sockets', fridge: 'fridge' },
);
