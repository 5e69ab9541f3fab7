import { useMutation, useQuery } from '@tanstack/react-query';
import { onboardingApi } from '../../api/api.ts';
import { messageOf } from '../../api/error-message.ts';
import { placesQuery } from '../../api/queries.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { csvOf, marked } from '../../lib/csv-text.ts';
import { download } from '../../lib/download.ts';
import { writesConfig } from '../../lib/permissions.ts';
import { workbookOf } from '../../lib/workbook-of.ts';
import { useMe } from '../../shell/use-me.ts';
import { devicesText } from './devices.text.ts';

type Format = 'xlsx' | 'csv';

/** All devices in use as a file that 导入清单 reads: an administrator's, since it comes from devices.yaml. */
export function ListExport() {
  const t = useText(devicesText);
  const language = useLanguage();
  const me = useMe();
  const { data: places } = useQuery(placesQuery);
  const save = useMutation({
    mutationFn: async (format: Format) => {
      const [{ deviceList }, { text }] = await Promise.all([import('./device-list.ts'), onboardingApi.devicesFile()]);
      const { rows, devices } = deviceList(text, places ?? [], language);
      const file =
        format === 'csv'
          ? new Blob([csvOf(rows)], { type: 'text/csv;charset=utf-8' })
          : await workbookOf([{ name: t.exportName, rows: rows.map((row) => row.map(marked)) }]);
      download(file, `${t.exportName}.${format}`);
      return devices;
    },
  });
  if (!writesConfig(me) || places === undefined) return null;
  return (
    <div className="device-export">
      {(['xlsx', 'csv'] as const).map((format) => (
        <button
          key={format}
          type="button"
          className="button"
          disabled={save.isPending}
          onClick={() => save.mutate(format)}
        >
          {format === 'xlsx' ? t.exportExcel : t.exportCsv}
        </button>
      ))}
      {save.data === undefined ? null : (
        <p className="soft small" role="status">
          {t.exported(save.data)}
        </p>
      )}
      {save.error ? <p role="alert">{messageOf(save.error, language)}</p> : null}
    </div>
  );
}
