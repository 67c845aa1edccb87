import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Request, Response } from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { canPassOn, isHeldBack, startAnswer } from './answer.ts';
import type { Outcome } from './breaker.ts';
import type { Forward } from './exchange.ts';
import { upstreamHeaders } from './headers.ts';
import { DeadlineError, FaultyAnswerError, isFaultyStatus, notAnEnvelope } from './upstream-error.ts';

interface StreamForwardOptions {
  upstream: string;
  url: string;
  agent: Agent;
  /** For an upstream that checks the caller by itself. */
  keepCredentials?: boolean;
}

interface Call {
  upstreamRequest?: ClientRequest;
  status: number;
  fail: (error: unknown) => void;
}

/** The path of uploads and long polls: one http-proxy-middleware per upstream, made once. */
export function createStreamForward({ upstream, url, agent, keepCredentials = false }: StreamForwardOptions): Forward {
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

  return ({ request, response, deadlineMs, identity }) =>
    new Promise<Outcome>((resolve, reject) => {
      const call: Call = {
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
      request.headers = upstreamHeaders(request, { identity, keepCredentials });
      void proxy(request, response, call.fail);
    });
}

function passOn(upstream: string, call: Call, answer: IncomingMessage, response: Response): void {
  const status = answer.statusCode ?? 0;
  if (response.headersSent || response.destroyed) {
    answer.destroy();
    return;
  }
  if (!canPassOn(status, answer.headers)) {
    call.fail(notAnEnvelope(upstream, status));
    answer.resume();
    return;
  }
  call.status = status;
  startAnswer(response, status, answer.headers);
  answer.pipe(response);
}
