/** What people read about a disk that cannot be relied on: what happened, where, what it means, what to do. Pure. */
import type { StorageReason, Text } from '#contract/enums.ts';
import type { StorageTrouble } from '#contract/http/health.ts';

export interface StorageFacts extends Pick<StorageTrouble, 'reason' | 'folder' | 'freeMiB' | 'refuses'> {
  /** In the system's own words. */
  readonly detail: string;
  readonly minFreeMiB: number;
}

interface Words {
  readonly what: Text;
  readonly todo: Text;
}

/** `what happened, where` · what that means for devices and people · `what to do`. */
export function storageSentence(facts: StorageFacts): Text {
  const { what, todo } = WORDS[facts.reason](facts);
  const means = storageMeaning(facts);
  return { zh: `${what.zh}${means.zh}${todo.zh}`, en: `${what.en} ${means.en}${means.en === '' ? '' : ' '}${todo.en}` };
}

/** What the disk does not take: all that is new, or only what the broker keeps. */
function lost({ refuses }: Pick<StorageFacts, 'refuses'>): Text {
  return refuses.every((target) => target === 'retained') && refuses.length > 0
    ? { zh: '保留消息和待发消息', en: 'the messages that the broker keeps' }
    : { zh: '新数据', en: 'anything new' };
}

/** What it means for devices and people; empty where everything is taken. */
export function storageMeaning({ refuses }: Pick<StorageFacts, 'refuses'>): Text {
  if (refuses.includes('readings'))
    return {
      zh: '读数暂不确认，设备会补发，其情况不明；可以登录和查看。',
      en: 'Readings are not acknowledged, devices will send them again and are unknown until then; signing in and looking work.',
    };
  if (refuses.includes('records')) {
    const too = refuses.includes('retained')
      ? {
          zh: '，保留消息和待发消息也是',
          en: ', nor are retained messages and those that wait for bridges and integrations',
        }
      : { zh: '', en: '' };
    return {
      zh: `读数仍在保存，但确认、修改和新告警存不下来，重启会丢失${too.zh}。`,
      en: `Readings are still stored, but acknowledgements, edits and new alerts are not${too.en}: a restart loses them.`,
    };
  }
  if (refuses.includes('retained'))
    return {
      zh: '读数仍在保存，但保留消息和等待网桥、集成接收的消息存不下来，重启会丢失。',
      en: 'Readings are still stored, but retained messages and messages that wait for bridges and integrations are not: a restart loses them.',
    };
  return { zh: '', en: '' };
}

const WORDS: Readonly<Record<StorageReason, (facts: StorageFacts) => Words>> = {
  full: ({ folder, freeMiB, minFreeMiB, refuses }) => {
    // A write may find it out before the free space is looked at again: a figure that contradicts the sentence is left out.
    const isOld = freeMiB !== null && freeMiB >= minFreeMiB;
    const left = {
      zh: isOld ? `${folder} 至少要剩余` : `${folder} 剩余 ${freeMiB ?? '?'} MiB，至少要`,
      en: isOld ? `${folder} needs free` : `${folder} has ${freeMiB ?? '?'} MiB free and needs`,
    };
    return {
      what: {
        zh: `磁盘已满，网关存不下${lost({ refuses }).zh}：${left.zh} ${minFreeMiB} MiB。`,
        en: `The disk is full and the gateway cannot store ${lost({ refuses }).en}: ${left.en} ${minFreeMiB}${isOld ? ' MiB' : ''}.`,
      },
      todo: {
        zh: '请清理或扩大这个磁盘，腾出后自动恢复。',
        en: 'Free some space on that disk, or enlarge it; all goes on by itself then.',
      },
    };
  },
  'read-only': ({ folder, detail, refuses }) => ({
    what: {
      zh: `磁盘只读，网关存不下${lost({ refuses }).zh}：${folder} 不能写入（${detail}）。`,
      en: `The disk is read-only and the gateway cannot store ${lost({ refuses }).en}: ${folder} cannot be written (${detail}).`,
    },
    todo: {
      zh: '请检查磁盘是否有错（dmesg），再以可写方式重新挂载，或改正目录权限；之后自动恢复。',
      en: 'Look for disk errors (dmesg), then mount it writable again, or mend the permissions of the folder; all goes on by itself then.',
    },
  }),
  failing: ({ folder, detail, refuses }) => ({
    what: {
      zh: `磁盘写不进，网关存不下${lost({ refuses }).zh}：${folder}（${detail}）。`,
      en: `The disk fails and the gateway cannot store ${lost({ refuses }).en}: ${folder} (${detail}).`,
    },
    todo: {
      zh: '请检查磁盘和连线（dmesg），确认没有别的程序占用其中的数据库文件；之后自动恢复。',
      en: 'Check the disk and its cable (dmesg), and that no other program holds the databases in it; all goes on by itself then.',
    },
  }),
  slow: ({ folder, detail }) => ({
    what: {
      zh: `磁盘太慢：${folder} 的写入迟迟没有完成（${detail}）。`,
      en: `The disk is too slow: what is written to ${folder} does not get there in time (${detail}).`,
    },
    todo: {
      zh: '请检查磁盘健康，以及是否有备份、杀毒等程序占满了它。',
      en: 'Check the health of the disk, and whether a backup or a scan keeps it busy.',
    },
  }),
  damaged: ({ folder, detail }) => ({
    what: {
      zh: `磁盘上的数据有损坏：${folder}（${detail}）。`,
      en: `Data on the disk are damaged: ${folder} (${detail}).`,
    },
    todo: {
      zh: '请运行 npx houqin doctor 查看损坏的范围，检查磁盘，必要时从备份恢复。',
      en: 'Run npx houqin doctor to see what is affected, check the disk, and restore a backup where needed.',
    },
  }),
};
