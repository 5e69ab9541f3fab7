/**
 * Before a row leaves the list: the focus goes to the next one (or the one before), so that the keyboard stays where it was
 * instead of falling to the top of the page.
 */
export function moveFocus(list: HTMLElement | null, leaving: string): void {
  const row = [...(list?.children ?? [])].find(
    (child) => child instanceof HTMLElement && child.dataset['incident'] === leaving,
  );
  const next = row?.nextElementSibling ?? row?.previousElementSibling;
  next?.querySelector<HTMLElement>('.incident-link')?.focus();
}
