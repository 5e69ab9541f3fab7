import { catalogue } from '../i18n/catalogue.ts';

export const errorText = catalogue(
  {
    noAnswer: '系统没有应答，请检查网络，或确认系统正在运行。',
    badGateway: (status: number) => `系统返回了无法识别的应答（HTTP ${status}）。`,
    unauthorized: '登录已失效，请重新登录。',
    forbidden: '您的角色没有这项权限。',
    unknown: '页面遇到了意外错误，请刷新后重试。',
  },
  {
    noAnswer: 'The gateway does not answer. Check the network, and whether the gateway is running.',
    badGateway: (status) => `The gateway gave an answer that cannot be read (HTTP ${status}).`,
    unauthorized: 'Your session has ended. Please sign in again.',
    forbidden: 'Your role does not allow this.',
    unknown: 'The page met an unexpected error. Reload it and try again.',
  },
);
