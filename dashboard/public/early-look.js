// Runs before the first paint: whoever chose dark, or English, must not see the other flash by. The names are those of
// src/theme/theme.ts and src/i18n/language.ts. A file of its own, because the page's security policy allows no inline code.
(() => {
  const root = document.documentElement;
  let theme = null;
  let language = null;
  try {
    theme = localStorage.getItem('houqin.theme');
    language = localStorage.getItem('houqin.language');
  } catch {
    // Storage may be forbidden; the defaults hold then.
  }
  const dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  root.dataset.theme = dark ? 'dark' : 'light';
  root.lang = language === 'en' ? 'en' : 'zh-CN';
})();
