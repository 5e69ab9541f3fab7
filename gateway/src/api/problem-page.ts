/** The page a person sees where a program would get a problem document: what happened and what to do, Chinese and English. */
import type { Failure } from './reply.ts';

interface Words {
  readonly title: string;
  /** Why it is so and what to do, beyond the failure's own sentence. */
  readonly hint: string;
}

interface PageWords {
  readonly zh: Words;
  readonly en: Words;
  /** Where to go from here; `again` is the same address. */
  readonly next: 'again' | 'home';
}

const HOME = { zh: '回到总览', en: 'To the overview' } as const;
const AGAIN = { zh: '重试', en: 'Try again' } as const;

const BY_NAME: Readonly<Record<string, PageWords>> = {
  'setup-needed': {
    zh: {
      title: '请先完成首次设置',
      hint: '网关启动时在终端里打印了一个带口令的链接（…/setup#token=…），请完整复制到浏览器打开，建立第一个管理员。只有拿到这个链接的人才能成为管理员，所以这个地址本身不能进入。链接 30 分钟内有效；过期后重启网关，会打印新的链接。',
    },
    en: {
      title: 'Finish the first set-up',
      hint: 'At its start the gateway printed a link in the terminal (…/setup#token=…); open the whole link in a browser and create the first administrator. Only the holder of that link may become the administrator, so this address alone lets nobody in. The link is valid for 30 minutes; after that, restart the gateway and it prints a new one.',
    },
    next: 'again',
  },
  'dashboard-missing': {
    zh: { title: '看板尚未构建', hint: '在安装目录运行 npm run build，完成后重试。' },
    en: {
      title: 'The dashboard is not built',
      hint: 'Run npm run build in the folder of the installation, then try again.',
    },
    next: 'again',
  },
  'sign-in-needed': {
    zh: { title: '需要登录', hint: '登录后再打开这个地址。' },
    en: { title: 'Sign in first', hint: 'Sign in, then open this address again.' },
    next: 'home',
  },
};

const BY_STATUS: Readonly<Record<number, PageWords>> = {
  403: {
    zh: { title: '没有权限', hint: '如需查看，请联系管理员。' },
    en: { title: 'Not allowed', hint: 'Ask an administrator if you need it.' },
    next: 'home',
  },
  404: {
    zh: { title: '没有这个页面', hint: '链接可能已失效（例如升级之后），或输入有误。' },
    en: {
      title: 'There is no such page',
      hint: 'The link may be out of date, for example after an upgrade, or mistyped.',
    },
    next: 'home',
  },
};

const OTHER: PageWords = {
  zh: { title: '这个页面打不开', hint: '' },
  en: { title: 'This page cannot be shown', hint: '' },
  next: 'again',
};

/** Texts of a problem may repeat what was asked for. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * A whole HTML document without scripts.
 * @param nonce of this answer's content security policy, for the one style element
 * @param requestId what the log calls this request
 */
export function problemPage(failure: Failure, nonce: string, requestId: string): string {
  const words = BY_NAME[failure.name] ?? BY_STATUS[failure.status] ?? OTHER;
  const [zhNext, enNext] = words.next === 'home' ? [HOME.zh, HOME.en] : [AGAIN.zh, AGAIN.en];
  const href = words.next === 'home' ? '/' : '';
  const part = (lang: string, { title, hint }: Words, sentence: string, next: string, level: 'h1' | 'h2'): string =>
    `<section lang="${lang}"><${level}>${title}</${level}><p>${escaped(sentence)}</p>` +
    `${hint === '' ? '' : `<p>${hint}</p>`}<p><a href="${href}">${next}</a></p></section>`;
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${words.zh.title} · 后勤</title><link rel="icon" href="/favicon.svg" type="image/svg+xml">
<style nonce="${nonce}">${STYLE}</style></head>
<body><main>${part('zh-CN', words.zh, failure.zh, zhNext, 'h1')}${part('en', words.en, failure.en, enNext, 'h2')}
<p class="small">${failure.status} · ${escaped(requestId)}</p></main></body></html>
`;
}

const STYLE = `:root{color-scheme:light dark;--paper:#f7f6f2;--ink:#17212c;--soft:#4b5764;--accent:#2456a6;--line:#d9d5ca}
@media(prefers-color-scheme:dark){:root{--paper:#0d131a;--ink:#e5eaf0;--soft:#a5b1be;--accent:#86b7f2;--line:#2a3541}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
main{max-width:640px;margin:0 auto;padding:10vh 24px 48px}
section+section{margin-top:32px;padding-top:24px;border-top:1px solid var(--line)}
h1{font-size:28px;line-height:1.3}h2{font-size:20px;line-height:1.3}
a{display:inline-block;min-height:44px;line-height:44px;color:var(--accent)}.small{margin-top:32px;color:var(--soft);font-size:13px}`;
