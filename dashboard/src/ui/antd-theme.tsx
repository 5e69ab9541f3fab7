import { ConfigProvider, theme } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { type ReactNode, useMemo } from 'react';
import { useLanguage } from '../i18n/use-text.ts';
import { useShownTheme } from '../theme/theme.ts';

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** The page's policy takes styles made at run time only with its nonce. */
const nonce = { nonce: document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '' };

/**
 * Wraps a page that uses antd: same colours, language and density as the rest. Only pages which are loaded lazily may import
 * this file, since antd comes with it.
 */
export function AntdTheme({ children }: { readonly children: ReactNode }) {
  const language = useLanguage();
  const shown = useShownTheme();
  const config = useMemo(
    () => ({
      algorithm: [shown === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm, theme.compactAlgorithm],
      token: {
        colorPrimary: token('--accent'),
        colorSuccess: token('--good'),
        colorWarning: token('--attention-mark'),
        colorError: token('--critical-mark'),
        colorBgBase: token('--surface'),
        colorTextBase: token('--ink'),
        colorTextPlaceholder: token('--ink-soft'),
        colorTextDescription: token('--ink-soft'),
        colorBorder: token('--line-strong'),
        fontFamily: 'inherit',
        fontSize: 15,
        borderRadius: 6,
        motionDurationMid: '0.12s',
        motionDurationSlow: '0.15s',
      },
    }),
    [shown],
  );
  return (
    <ConfigProvider csp={nonce} locale={language === 'zh' ? zhCN : enUS} theme={config}>
      {children}
    </ConfigProvider>
  );
}
