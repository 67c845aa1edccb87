import type { IncomingHttpHeaders } from 'node:http';
import type { Response } from 'express';
import type { Dispatcher, Pool } from 'undici';
import { ErrorAnswer, isErrorStatus } from '../transform/error-answer.ts';
import type { Outcome } from '../upstreams/breaker.ts';
import { canPassOn, isHeldBack, startAnswer } from './answer.ts';
import type { AnswerCopy, Attempt, Forward } from './exchange.ts';
import { upstreamHeaders } from './headers.ts';
import { bodyOf } from './request-body.ts';
import {
  DeadlineError,
  DroppedAnswerError,
  FaultyAnswerError,
  isFaultyStatus,
  notAnEnvelope,
} from './upstream-error.ts';

const BODYLESS = new Set(['GET', 'HEAD', 'DELETE']);

/**
 * The hot path: an undici pool, bytes handed on as they come. http-proxy-middleware costs twice the processor time per
 * request.
 */
export function createPoolForward(upstream: string, pool: Pool): Forward {
  return (attempt) =>
    new Promise<Outcome>((resolve, reject) => {
      const { request } = attempt;
      const headers = upstreamHeaders(request, attempt);
      const bodyless = BODYLESS.has(request.method);
      if (bodyless) delete headers['content-length'];
      const options = {
        method: request.method,
        path: request.originalUrl,
        headers,
        body: bodyless ? null : bodyOf(request),
        // The attempt's deadline rules.
        headersTimeout: 0,
        bodyTimeout: 0,
      };
      pool.dispatch(options, new AnswerRelay(upstream, attempt, { resolve, reject }));
    });
}

interface Settle {
  resolve: (outcome: Outcome) => void;
  reject: (error: unknown) => void;
}

/** Hands one upstream answer to one client, at the client's pace. */
class AnswerRelay implements Dispatcher.DispatchHandler {
  readonly #upstream: string;
  readonly #attempt: Attempt;
  readonly #response: Response;
  readonly #settle: Settle;
  readonly #deadline: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | undefined;
  #stopped: Error | undefined;
  #error: ErrorAnswer | undefined;
  #copy: AnswerCopy | undefined;
  #status = 0;
  #isPaced = false;
  #clientGone = false;
  #dropped = false;

  constructor(upstream: string, attempt: Attempt, settle: Settle) {
    const { response, deadlineMs } = attempt;
    this.#upstream = upstream;
    this.#attempt = attempt;
    this.#response = response;
    this.#settle = settle;
    this.#deadline = setTimeout(() => {
      if (isHeldBack(response)) response.destroy();
      else this.#stop(new DeadlineError(deadlineMs));
    }, deadlineMs);
    // It comes once anyhow, and `once` costs a function more.
    response.on('close', this.#seeClose);
  }

  readonly #seeClose = () => {
    if (this.#response.writableFinished) return;
    this.#clientGone = true;
    this.#stop(new Error('the client went away'));
  };

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#stopped) controller.abort(this.#stopped);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#status = status;
    if (isFaultyStatus(status) && this.#attempt.dropsFaulty()) {
      this.#drop();
      return;
    }
    const { request, wordsOwnErrors } = this.#attempt;
    if (isErrorStatus(status) && !wordsOwnErrors) {
      this.#error = new ErrorAnswer({ upstream: this.#upstream, status, headers, request });
      return;
    }
    if (!canPassOn(status, headers)) {
      controller.abort(notAnEnvelope(this.#upstream, status));
      return;
    }
    this.#copy = this.#attempt.keeper?.copyOf(status, headers);
    startAnswer(this.#response, status, headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#dropped) return;
    if (this.#error) {
      this.#error.add(chunk);
      return;
    }
    this.#copy?.add(chunk);
    if (!this.#response.write(chunk)) this.#pause(controller);
  }

  onResponseEnd(): void {
    if (this.#dropped) return;
    clearTimeout(this.#deadline);
    const failure = this.#error?.answer(this.#response);
    if (failure) {
      this.#settle.reject(failure);
      return;
    }
    if (!this.#error) this.#response.end();
    this.#copy?.finish();
    if (isFaultyStatus(this.#status)) this.#settle.reject(new FaultyAnswerError(this.#status));
    else this.#settle.resolve('answered');
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#dropped) return;
    this.#release();
    if (this.#clientGone) this.#settle.resolve('aborted');
    else this.#settle.reject(error);
  }

  /** Until the client has taken what there is. */
  #pause(controller: Dispatcher.DispatchController): void {
    controller.pause();
    if (this.#isPaced) return;
    this.#isPaced = true;
    // Not `once`: a response that is compressed hands the listener to another stream, which would keep it.
    this.#response.on('drain', () => controller.resume());
  }

  /** The rest of the answer is read and forgotten, so that its connection serves on. */
  #drop(): void {
    this.#dropped = true;
    this.#release();
    this.#settle.reject(new DroppedAnswerError(this.#status));
  }

  /** The response may go to another attempt. */
  #release(): void {
    clearTimeout(this.#deadline);
    this.#response.off('close', this.#seeClose);
  }

  /** A call that still waits for a connection has no controller: it is stopped when it gets one. */
  #stop(reason: Error): void {
    if (this.#stopped) return;
    this.#stopped = reason;
    this.#controller?.abort(reason);
  }
}
