import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type DragEvent, useMemo, useState } from 'react';
import type { DeviceRowsResult } from '#contract/http/onboarding.ts';
import { onboardingApi } from '../../api/api.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useMe } from '../../shell/use-me.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { Empty, Failure } from '../../ui/page-state.tsx';
import { DevicesTabs } from '../devices/devices-tabs.tsx';
import './import.css';
import { importText } from './import.text.ts';
import { type FileProblem, type FileRow, readDeviceFile } from './import-file.ts';
import { ImportHelp } from './import-help.tsx';
import { ImportPreview } from './import-preview.tsx';
import { type Findings, findingsOf, type ImportTable, importTable, type LostWords } from './import-table.ts';

export function ImportPage() {
  const t = useText(importText);
  if (useMe().user.role === 'admin') return <Import />;
  return (
    <>
      <PageHead title={t.title} sentence={t.notYours} />
      <Empty title={t.notYours} />
    </>
  );
}

/** One file that was read, and which of its columns are left out. */
interface Read {
  readonly name: string;
  readonly problem?: FileProblem;
  readonly rows: readonly FileRow[];
  readonly skippedLines: number;
  readonly dropped: ReadonlySet<string>;
}

const maxRows = 2_000;
const isCheckable = ({ rows }: ImportTable): boolean => rows.length > 0 && rows.length <= maxRows;

function Import() {
  const t = useText(importText);
  const [read, setRead] = useState<Read | 'reading' | undefined>();
  const table = useMemo(() => (typeof read === 'object' ? importTable(read.rows, read.dropped) : undefined), [read]);
  const { check, save } = useImport();
  const look = (next: Read): void => {
    setRead(next);
    check.reset();
    save.reset();
    const found = importTable(next.rows, next.dropped);
    if (isCheckable(found)) check.mutate(found);
  };
  const take = async (file: File): Promise<void> => {
    setRead('reading');
    look(await readFile(file));
  };
  const answer = save.data ?? check.data;
  const found = table && answer ? findingsOf(table, answer, lostWords) : undefined;
  const added = save.data?.added ?? 0;
  const sentence = sentenceOf(t, { read, table, checking: check.isPending, saving: save.isPending, found, added });
  const drop = (column: string): void => {
    if (typeof read === 'object') look({ ...read, dropped: new Set([...read.dropped, column]) });
  };
  return (
    <>
      <PageHead title={t.title} sentence={sentence} />
      <DevicesTabs />
      <FileField onFile={(file) => void take(file)} isAgain={read !== undefined} />
      <FileProblems read={read} table={table} />
      {check.isPending || save.isPending ? <progress className="import-progress" aria-label={sentence} /> : null}
      {check.error ? <Failure error={check.error} onRetry={() => table && check.mutate(table)} /> : null}
      {save.error ? <Failure error={save.error} onRetry={() => table && save.mutate(table)} /> : null}
      {added > 0 && save.data ? <Done result={save.data} /> : null}
      {table && found && added === 0 ? (
        <>
          <button
            type="button"
            className="button button-main import-do"
            disabled={found.byLine.size + found.columns.length > 0 || save.isPending}
            onClick={() => save.mutate(table)}
          >
            {t.importAll(table.rows.length)}
          </button>
          <ImportPreview table={table} found={found} onDrop={drop} />
        </>
      ) : null}
      {read === undefined ? <ImportHelp /> : null}
    </>
  );
}

const lostWords: LostWords = {
  digits: { zh: importText.zh.lostDigits, en: importText.en.lostDigits },
  quote: { zh: importText.zh.openQuote, en: importText.en.openQuote },
};

function useImport() {
  const client = useQueryClient();
  const check = useMutation({ mutationFn: (table: ImportTable) => onboardingApi.importRows(table.rows, true) });
  const save = useMutation({
    mutationFn: (table: ImportTable) => onboardingApi.importRows(table.rows, false),
    onSuccess: () =>
      Promise.all(['devices', 'quarantine', 'onboarding'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
  return { check, save };
}

async function readFile(file: File): Promise<Read> {
  const found = await readDeviceFile(file);
  const base = { name: file.name, dropped: new Set<string>() };
  return found.ok ? { ...base, ...found } : { ...base, rows: [], skippedLines: 0, problem: found.problem };
}

interface State {
  readonly read: Read | 'reading' | undefined;
  readonly table: ImportTable | undefined;
  readonly checking: boolean;
  readonly saving: boolean;
  readonly found: Findings | undefined;
  readonly added: number;
}

function sentenceOf(t: (typeof importText)['zh'], state: State): string {
  const { read, table, checking, saving, found, added } = state;
  if (read === undefined) return t.start;
  if (read === 'reading') return t.reading;
  const count = table?.rows.length ?? 0;
  if (saving) return t.importing(count);
  if (checking) return t.checking(count);
  if (added > 0) return t.done(added);
  if (!found) return t.failed;
  if (found.columns.length > 0) return t.badColumns(found.columns.length);
  return found.byLine.size === 0 ? t.good(count) : t.bad(found.byLine.size, count);
}

function FileField({ onFile, isAgain }: { readonly onFile: (file: File) => void; readonly isAgain: boolean }) {
  const t = useText(importText);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) onFile(file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a short cut, the field inside does the same
    <div className="import-file" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <label className="field">
        <span>{isAgain ? t.again : t.file}</span>
        <input
          type="file"
          className="input"
          accept=".xlsx,.csv,.txt,text/csv"
          onChange={({ target }) => {
            const [file] = target.files ?? [];
            if (file) onFile(file);
            // The same file, corrected, is a new choice.
            target.value = '';
          }}
        />
      </label>
      <span className="soft small import-drop">{t.drop}</span>
    </div>
  );
}

interface ProblemsProps {
  readonly read: Read | 'reading' | undefined;
  readonly table: ImportTable | undefined;
}

function FileProblems({ read, table }: ProblemsProps) {
  const t = useText(importText);
  const language = useLanguage();
  if (typeof read !== 'object') return null;
  const words = {
    'too-large': t.tooLarge,
    'not-a-workbook': t.notWorkbook,
    'unfolds-too-large': t.unfoldsTooLarge,
    'old-workbook': t.oldWorkbook,
    empty: t.empty,
  };
  const count = table?.rows.length ?? 0;
  const wrong =
    read.problem !== undefined
      ? words[read.problem]
      : count === 0
        ? t.empty
        : count > maxRows
          ? t.tooMany(count)
          : undefined;
  return (
    <>
      <p className="soft small">
        {read.name} {read.skippedLines === 0 ? '' : t.skipped(read.rows[0]?.line ?? 0, read.skippedLines)}{' '}
        {read.dropped.size === 0 ? '' : t.dropped([...read.dropped].join(language === 'zh' ? '、' : ', '))}
      </p>
      {wrong === undefined ? null : (
        <p className="import-problem" role="alert">
          {wrong}
        </p>
      )}
    </>
  );
}

function Done({ result }: { readonly result: DeviceRowsResult }) {
  const t = useText(importText);
  const ids = result.rows.flatMap(({ device }) => (device === null ? [] : [device.id]));
  return (
    <div className="import-done">
      <Link to="/devices" className="button button-main">
        {t.toDevices}
      </Link>
      <Link to="/devices/labels" search={{ ids: ids.join(',') }} className="button">
        {t.labels}
      </Link>
    </div>
  );
}
