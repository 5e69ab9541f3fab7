import type { StorageReason } from '#contract/enums.ts';
import { catalogue } from './catalogue.ts';

/** What is wrong with the gateway's disk, in three words; its whole sentence comes from the gateway. */
export const storageText = catalogue<Record<StorageReason | 'retained', string>>(
  {
    full: '磁盘已满，新数据存不下',
    'read-only': '磁盘只读，新数据存不下',
    failing: '磁盘写不进，新数据存不下',
    retained: '读数仍在保存，但保留消息和待发消息存不下',
    slow: '磁盘太慢',
    damaged: '磁盘上的数据有损坏',
  },
  {
    full: 'the disk is full and nothing new can be stored',
    'read-only': 'the disk is read-only and nothing new can be stored',
    failing: 'the disk fails and nothing new can be stored',
    retained: 'readings are stored, but retained and waiting messages cannot be',
    slow: 'the disk is too slow',
    damaged: 'data on the disk are damaged',
  },
);
