import { useLanguage, useText } from '../../i18n/use-text.ts';
import '../../ui/table.css';
import { download } from '../../lib/download.ts';
import { importText } from './import.text.ts';
import { importColumns } from './import-columns.ts';
import { csvTemplate, workbookTemplate } from './import-template.ts';

/** What a list looks like, and an empty one to begin with. */
export function ImportHelp() {
  const t = useText(importText);
  const language = useLanguage();
  const workbook = async (): Promise<void> => download(await workbookTemplate(language, t), `${t.templateName}.xlsx`);
  return (
    <section className="import-help" aria-labelledby="import-columns">
      <div className="import-done">
        <button type="button" className="button" onClick={() => void workbook()}>
          {t.templateXlsx}
        </button>
        <button
          type="button"
          className="button"
          onClick={() => download(csvTemplate(language), `${t.templateName}.csv`)}
        >
          {t.templateCsv}
        </button>
      </div>
      <h2 id="import-columns">{t.columns}</h2>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t.column}</th>
            <th scope="col">{t.needed}</th>
            <th scope="col">{t.hint}</th>
          </tr>
        </thead>
        <tbody>
          {importColumns.map((column) => (
            <tr key={column.name}>
              <th scope="row">{column[language]}</th>
              <td className={column.isNeeded ? '' : 'soft'}>{column.isNeeded ? t.needed : t.optional}</td>
              <td>{column.hint[language]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
