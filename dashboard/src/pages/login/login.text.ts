import { catalogue } from '../../i18n/catalogue.ts';

export const loginText = catalogue(
  {
    title: '登录',
    product: '后勤 · 校园用能与安全',
    name: '用户名',
    password: '密码',
    signIn: '登录',
    signingIn: '正在登录…',
    noUserYet: '首次使用？请打开系统启动时打印的设置链接。忘记密码请联系管理员重设。',
  },
  {
    title: 'Sign in',
    product: 'Houqin · campus energy and safety',
    name: 'User name',
    password: 'Password',
    signIn: 'Sign in',
    signingIn: 'Signing in…',
    noUserYet:
      'First use? Open the set-up link that the gateway prints at its start. An administrator can reset a forgotten password.',
  },
);
