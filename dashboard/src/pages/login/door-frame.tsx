import { type ReactNode, useEffect } from 'react';
import { setLanguage } from '../../i18n/language.ts';
import { useLanguage } from '../../i18n/use-text.ts';
import './door-frame.css';

/** The frame of the two pages before anybody is signed in. */
export function DoorFrame({
  title,
  product,
  children,
}: {
  readonly title: string;
  readonly product: string;
  readonly children: ReactNode;
}) {
  const language = useLanguage();
  useEffect(() => {
    document.title = `${title} · ${product}`;
  }, [title, product]);
  return (
    <main className="entry-frame">
      <p className="soft">{product}</p>
      <h1>{title}</h1>
      {children}
      <button
        type="button"
        className="button button-quiet"
        lang={language === 'zh' ? 'en' : 'zh-CN'}
        onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}
      >
        {language === 'zh' ? 'English' : '中文'}
      </button>
    </main>
  );
}
