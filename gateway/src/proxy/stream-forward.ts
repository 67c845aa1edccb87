import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import { sendError, toAppError } from '@quotefleet/service-kit';
import type { Request, Response } from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { ErrorAnswer, isErrorStatus } from '../transform/error-answer.ts';
import type { Outcome } from '../upstreams/breaker.ts';
import { canPassOn, isHeldBack, startAnswer } from './answer.ts';
import type { Attempt, Forward } from './exchange.ts';
import { upstreamHeaders } from './headers.ts';
import { bodyStreamOf } from './request-body.ts';
import {
  DeadlineError,
  DroppedAnswerError,
  FaultyAnswerError,
  isFaultyStatus,
  notAnEnvelope,
} from './upstream-error.ts';

interface StreamForwardOptions {
  upstream: string;
  url: string;
  agent: Agent;
}

interface Call {
  attempt: Attempt;
  upstreamRequest?: ClientRequest;
  /** The body broke off: it must not be taken for whole. */
  isBroken?: true;
  status: number;
  fail: (error: unknown) => void;
}

/** The path of uploads and long polls: one http-proxy-middleware per instance, made once. */
export function createStreamForward({ upstream, url, agent }: StreamForwardOptions): Forward {
  const calls = new WeakMap<IncomingMessage, Call>();
  const proxy = createProxyMiddleware<Request, Response>({
    target: url,
    agent,
    selfHandleResponse: true,
    // Its own plugins log and answer errors in a form that is not ours.
    ejectPlugins: true,
    plugins: [
      (server) => {
        server.on('proxyReq', (upstreamRequest, request) => {
          const call = calls.get(request);
          if (!call) return;
          call.upstreamRequest = upstreamRequest;
          if (call.isBroken) upstreamRequest.destroy();
          // Nobody asked for it; without a listener it would end in silence.
          upstreamRequest.once('upgrade', (_answer, socket) => {
            socket.destroy();
            call.fail(new Error('changed the protocol'));
          });
        });
        server.on('proxyRes', (answer, request, response) => {
          const call = calls.get(request);
          if (call) passOn(upstream, call, answer, response);
        });
        server.on('error', (error, request) => request && calls.get(request)?.fail(error));
      },
    ],
  });

  return (attempt) =>
    new Promise<Outcome>((resolve, reject) => {
      const { request, response, deadlineMs } = attempt;
      const call: Call = {
        attempt,
        status: 0,
        fail: (error) => {
          clearTimeout(deadline);
          response.off('close', seeClose);
          // What the client has not sent yet would keep it from reading why.
          request.resume();
          if (response.closed || request.readableAborted) resolve('aborted');
          else reject(error);
        },
      };
      const deadline = setTimeout(() => {
        if (isHeldBack(response)) {
          response.destroy();
          return;
        }
        call.fail(new DeadlineError(deadlineMs));
        call.upstreamRequest?.destroy();
      }, deadlineMs);
      const seeClose = () => {
        clearTimeout(deadline);
        if (!response.writableFinished) resolve('aborted');
        else if (isFaultyStatus(call.status)) reject(new FaultyAnswerError(call.status));
        else resolve('answered');
      };
      response.once('close', seeClose);
      calls.set(request, call);
      const body = bodyStreamOf(request);
      if (body !== request) {
        // httpxy pipes the request itself.
        request.pipe = (target, options) => body.pipe(target, options);
        body.once('error', (error) => {
          call.isBroken = true;
          call.upstreamRequest?.destroy();
          clearTimeout(deadline);
          // The client's doing, which says nothing about the upstream.
          resolve('aborted');
          if (!response.headersSent) sendError(response, toAppError(error));
        });
      }
      request.headers = upstreamHeaders(request, attempt);
      void proxy(request, response, call.fail);
    });
}

function passOn(upstream: string, call: Call, answer: IncomingMessage, response: Response): void {
  const status = answer.statusCode ?? 0;
  if (response.headersSent || response.destroyed) {
    answer.destroy();
    return;
  }
  if (isFaultyStatus(status) && call.attempt.dropsFaulty()) {
    call.fail(new DroppedAnswerError(status));
    answer.resume();
    return;
  }
  const { attempt } = call;
  if (isErrorStatus(status) && !attempt.wordsOwnErrors) {
    call.status = status;
    const error = new ErrorAnswer({ upstream, status, headers: answer.headers, request: attempt.request });
    answerWhole(call, answer, error);
    return;
  }
  if (!canPassOn(status, answer.headers)) {
    call.fail(notAnEnvelope(upstream, status));
    answer.resume();
    return;
  }
  call.status = status;
  const body = attempt.reshape?.(answer, attempt.tag) ?? answer;
  startAnswer(response, status, answer.headers);
  body.pipe(response);
}

/** Answers with an error once all of it is there. */
function answerWhole(call: Call, answer: IncomingMessage, error: ErrorAnswer): void {
  answer.on('data', (chunk: Buffer) => error.add(chunk));
  // httpxy listens from the end of this turn on, and would cut the client off where the upstream breaks off.
  queueMicrotask(() => answer.removeAllListeners('close').removeAllListeners('error').on('error', call.fail));
  answer.once('end', () => {
    const { response } = call.attempt;
    // The deadline may have been told of already.
    if (response.headersSent || response.closed) return;
    const failure = error.answer(response);
    if (failure) call.fail(failure);
  });
}
