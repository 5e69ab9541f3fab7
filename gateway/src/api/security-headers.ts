/** Headers of every answer. Scripts and styles come from our own files; styles made at run time carry the page's nonce. */
import { randomBytes } from 'node:crypto';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

const SELF = "'self'";
const NONE = "'none'";

/** Headers that make a browser warn on plain http are sent over https only. */
export function securityHeaders(): RequestHandler {
  const always = helmet({
    contentSecurityPolicy: false,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
  });
  const policy = helmet.contentSecurityPolicy({
    useDefaults: false,
    directives: {
      defaultSrc: [SELF],
      scriptSrc: [SELF],
      styleSrc: [SELF, (_request, response) => `'nonce-${nonceOf(response)}'`],
      imgSrc: [SELF, 'data:'],
      fontSrc: [SELF, 'data:'],
      connectSrc: [SELF],
      manifestSrc: [SELF],
      objectSrc: [NONE],
      baseUri: [NONE],
      formAction: [SELF],
      frameAncestors: [NONE],
    },
  });
  const secure = helmet.strictTransportSecurity({ maxAge: 31_536_000, includeSubDomains: false });
  const opener = helmet.crossOriginOpenerPolicy();
  return (request, response, next) => {
    always(request, response, (error) => {
      if (error !== undefined) return next(error);
      policy(request, response, (policyError) => {
        if (policyError !== undefined || !request.secure) return next(policyError);
        secure(request, response, () => opener(request, response, next));
      });
    });
  };
}

const nonces = new WeakMap<object, string>();

/** The nonce of one answer: in its policy and in the page it carries. */
export function nonceOf(response: object): string {
  const known = nonces.get(response) ?? randomBytes(18).toString('base64');
  nonces.set(response, known);
  return known;
}
