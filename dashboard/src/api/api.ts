import { createApi } from './endpoints.ts';
import { createHttp } from './http.ts';
import { createOnboardingApi } from './onboarding-endpoints.ts';

/** Whom to tell that the session has ended; the router sets it, since it knows the way to the login page. */
const ended = { tell: (): void => undefined };

export function onSessionEnd(tell: () => void): void {
  ended.tell = tell;
}

const http = createHttp({ onUnauthorized: () => ended.tell() });

/** The dashboard's own api: it speaks with the session cookie. The wall makes itself another one, with its token. */
export const api = createApi(http);
export const onboardingApi = createOnboardingApi(http);
