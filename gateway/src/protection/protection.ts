import type { IncomingMessage } from 'node:http';
import type { Identity } from '@quotefleet/contracts';
import { clientAddress, clientProto } from '@quotefleet/service-kit';
import type { Request, RequestHandler, Response } from 'express';
import { hasCredentials } from '../admission/credentials.ts';
import { noteCall } from '../audit/note-call.ts';
import { hasBody } from '../proxy/request-body.ts';
import type { Route } from '../routes/route.ts';
import { type CallClass, classOf } from '../shedding/call-class.ts';
import type { LoadShedding } from '../shedding/load-shedding.ts';
import type { LoadMeter } from '../shedding/measure-load.ts';
import { createValidation } from '../validation/validate-request.ts';
import { createAcceptBody } from './accept-body.ts';
import { createAnswerHeaders } from './answer-headers.ts';
import { checkRequest } from './check-request.ts';
import type { IpLists } from './ip-lists.ts';
import { cutAfterEarlyAnswer } from './linger.ts';
import type { SlowUploads } from './slow-uploads.ts';

/** What operators look at, and nobody else need see. */
const OPERATIONS = /^\/(?:metrics|health\/fleet|admin)(?:[/?]|$)/i;
/** Of a supervisor, which may ask from anywhere and must be answered whatever the load. */
const PROBES = /^\/health\/(?:live|ready)$/;
/** The documents: nobody's rights depend on them. */
const DOCUMENTS: CallClass = { isAuth: false, isHeavy: false, isRead: true, isAdmin: false };

/** What stands between a client and one route. */
export interface RouteGuard {
  /** Before anything is asked about a call. @throws AppError FORBIDDEN, UNAVAILABLE */
  hear(request: Request, asksForFile: boolean): void;
  /** Once it is known whose it is, before it is passed on. @throws AppError */
  accept(request: Request, response: Response, identity: Identity | undefined): Promise<void> | undefined;
}

export interface Protection {
  /** First of all handlers. */
  enter: RequestHandler;
  guardOf(route: Route): RouteGuard;
  /** Before the documents. */
  shedDocuments: RequestHandler;
  /** For sockets, which have no route. @throws AppError */
  checkSocket(request: IncomingMessage): void;
}

interface ProtectionDependencies {
  ipLists: IpLists;
  shedding: LoadShedding;
  meter: LoadMeter;
  slowUploads: SlowUploads;
}

export function createProtection({ ipLists, shedding, meter, slowUploads }: ProtectionDependencies): Protection {
  const headers = createAnswerHeaders();

  function checkLoad(request: IncomingMessage, check: () => void): void {
    try {
      check();
    } catch (error) {
      noteCall(request, { shed: true });
      throw error;
    }
  }

  function checkTarget(request: IncomingMessage): void {
    checkRequest(request);
    const url = request.url ?? '';
    if (PROBES.test(url)) return;
    const address = clientAddress(request);
    ipLists.check(address);
    if (OPERATIONS.test(url)) ipLists.checkGroup(address, 'operations');
  }

  return {
    enter(request, response, next) {
      meter.requestStarted();
      response.on('close', meter.requestEnded);
      if (hasBody(request)) cutAfterEarlyAnswer(request, response);
      headers.data(response);
      if (clientProto(request) === 'https') headers.overTls(response);
      checkTarget(request);
      next();
    },

    guardOf(route) {
      const call = classOf(route);
      const heavy: CallClass = { ...call, isHeavy: true };
      const validation = createValidation(route.endpoint);
      const acceptBody = createAcceptBody(route, validation, slowUploads);
      return {
        hear(request, asksForFile) {
          ipLists.checkGroup(clientAddress(request), route.access);
          if (shedding.level === 0) return;
          checkLoad(request, () => shedding.checkUnheard(asksForFile ? heavy : call, hasCredentials(request)));
        },
        accept(request, response, identity) {
          if (shedding.level > 0) checkLoad(request, () => shedding.checkCaller(call, identity));
          validation.target(request);
          return acceptBody(request, response);
        },
      };
    },

    shedDocuments(request, _response, next) {
      checkLoad(request, () => shedding.checkUnheard(DOCUMENTS, false));
      next();
    },

    checkSocket(request) {
      checkTarget(request);
      // Whose it is comes inside the handshake: a new socket is let in as long as anybody's reads are.
      if (shedding.level > 2) checkLoad(request, () => shedding.checkCaller(DOCUMENTS, undefined));
    },
  };
}
