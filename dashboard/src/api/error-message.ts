import type { Language } from '../i18n/language.ts';
import { errorText } from './error.text.ts';
import { ApiError } from './http.ts';

/** The sentence a person reads for anything a request threw: the gateway's own where it gave one. */
export function messageOf(error: unknown, language: Language): string {
  const t = errorText[language];
  if (!(error instanceof ApiError)) return t.unknown;
  if (error.problem) return withFields(error.problem, language);
  if (error.status === 0) return t.noAnswer;
  if (error.status === 401) return t.unauthorized;
  if (error.status === 403) return t.forbidden;
  return t.badGateway(error.status);
}

function withFields(problem: NonNullable<ApiError['problem']>, language: Language): string {
  const sentence = language === 'zh' ? problem.detailZh : problem.detail;
  const fields = (problem.errors ?? []).map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return fields.length === 0 ? sentence : `${sentence} ${fields.join('; ')}`;
}
