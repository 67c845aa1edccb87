import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Request, Response } from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import type { Outcome } from '../upstreams/breaker.ts';
import { canPassOn, isHeldBack, startAnswer } from './answer.ts';
import type { Attempt, Forward } from './exchange.ts';
import { upstreamHeaders } from './headers.ts';
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
          if (call) call.upstreamRequest = upstreamRequest;
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
      response.once('close', () => {
        clearTimeout(deadline);
        if (!response.writableFinished) resolve('aborted');
        else if (isFaultyStatus(call.status)) reject(new FaultyAnswerError(call.status));
        else resolve('answered');
      });
      calls.set(request, call);
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
  if (!canPassOn(status, answer.headers)) {
    call.fail(notAnEnvelope(upstream, status));
    answer.resume();
    return;
  }
  call.status = status;
  const { attempt } = call;
  const body = attempt.reshape?.(answer, attempt.tag) ?? answer;
  startAnswer(response, status, answer.headers);
  body.pipe(response);
}
