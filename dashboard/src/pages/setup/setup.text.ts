import { catalogue } from '../../i18n/catalogue.ts';

export const setupText = catalogue(
  {
    title: '首次设置',
    product: '后勤 · 校园用能与安全',
    intro: '建立第一个管理员。之后其他用户由管理员添加。',
    name: '用户名',
    password: '密码（至少 10 个字符）',
    again: '再输一次密码',
    differ: '两次输入的密码不一致。',
    create: '建立管理员并进入',
    creating: '正在建立…',
    noToken: '链接里没有设置口令。请完整复制系统启动时打印的链接；链接 30 分钟内有效，重启系统会打印新的。',
    done: '首次设置已经完成，这个链接不再有效。请用已有的用户登录；没有用户时请联系管理员。',
    signIn: '去登录',
  },
  {
    title: 'First set-up',
    product: 'Houqin · campus energy and safety',
    intro: 'Create the first administrator, who can then add the other users.',
    name: 'User name',
    password: 'Password (at least 10 characters)',
    again: 'Password once more',
    differ: 'The two passwords differ.',
    create: 'Create administrator and enter',
    creating: 'Creating…',
    noToken:
      'The link carries no set-up token. Copy the whole link that the gateway printed at its start; it is valid for 30 minutes, and a restart prints a new one.',
    done: 'The first set-up is done, and this link is no longer valid. Sign in with your user name; without one, ask an administrator.',
    signIn: 'Sign in',
  },
);
