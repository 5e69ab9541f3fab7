/**
 * Brings the Chinese web font after the page stands: machines without a Chinese font (many Linux kiosks) need it, the others
 * have a system font before it in the list and fetch no glyphs. Its style sheet alone weighs more than a page.
 */
export function loadWebFont(): void {
  const load = (): void => {
    import('@fontsource-variable/noto-sans-sc').catch(() => {
      // The page is readable with whatever font the system has; the next visit tries again.
    });
  };
  if ('requestIdleCallback' in window) requestIdleCallback(load, { timeout: 3_000 });
  else setTimeout(load, 500);
}
