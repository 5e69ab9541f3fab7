import { useText } from '../../i18n/use-text.ts';
import { shellText } from '../../shell/shell.text.ts';
import { PageHead } from '../../ui/page-head.tsx';

export function DevicesPage() {
  const t = useText(shellText);
  return <PageHead title={t.devices} sentence="" />;
}
