import type { Identity } from '@quotefleet/contracts';
import type { Authenticator } from '@quotefleet/service-kit';
import type { Request } from 'express';
import type { Csrf } from '../protection/csrf.ts';
import { isSigned, type Signatures, signingKeyOf } from '../signing/signatures.ts';
import { credentialsOf, sessionOf } from './credentials.ts';

/** Who a request says it is from. */
export interface Claim {
  /** Stands for the credentials where they are counted; absent where there are none. */
  mark: string | undefined;
  /** @throws AppError UNAUTHENTICATED, FORBIDDEN, or UNAVAILABLE when what has to be asked does not answer */
  prove(): Promise<Identity>;
}

/** Reads the claim of a request: its signature, else its key or token, else its session cookie. */
export type Identify = (request: Request) => Claim;

interface IdentifyDependencies {
  authenticator: Authenticator;
  signatures: Signatures;
  csrf: Csrf;
}

export function createIdentify({ authenticator, signatures, csrf }: IdentifyDependencies): Identify {
  async function bySignature(request: Request): Promise<Identity> {
    const identity = await signatures.verify(request);
    authenticator.noteUse(identity.client);
    return identity;
  }

  return (request) => {
    if (isSigned(request)) return { mark: `signed:${signingKeyOf(request)}`, prove: () => bySignature(request) };
    const credentials = credentialsOf(request);
    const session = sessionOf(request);
    // A header is something that a page of another origin cannot set, so it goes before what comes by itself.
    const byCookie = credentials.apiKey === undefined && credentials.token === undefined && session !== undefined;
    if (!byCookie)
      return { mark: credentials.apiKey ?? credentials.token, prove: () => authenticator.authenticate(credentials) };
    return {
      mark: session,
      async prove() {
        const identity = await authenticator.authenticate({ token: session });
        csrf.check(request);
        return identity;
      },
    };
  };
}
