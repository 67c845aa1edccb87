import { randomUUID } from 'node:crypto';
import type { Namespace } from 'socket.io';
import { type NodeMessage, nodeMessageSchema } from './node-message.ts';
import { type Peer, Roster } from './roster.ts';

/** The event by which nodes pass on what crosses them. */
const NODE_EVENT = 'node';
const HERE_EVERY_MS = 1000;
const ANSWER_MAX_MS = 2000;

export interface NodesOptions {
  namespace: Namespace;
  /** Names this node. */
  node: string;
  host: string;
  /** Whether there is nothing that would carry messages to other nodes. */
  isAlone: boolean;
}

type Handler = (body: unknown) => unknown;

/** What all nodes answered, this one first, and those that did not. */
export interface Answers {
  answers: { node: string; body: unknown }[];
  missing: Peer[];
}

interface Question {
  /** Who is asked and has not answered yet. */
  unanswered: Set<string>;
  /** Those of them whose answer is waited for. */
  waitingFor: Set<string>;
  answers: Answers['answers'];
  done: () => void;
}

/**
 * The nodes of the service, as this one knows them, and what they say to each other: at most once, by the adapter's
 * channel of the namespace, so that nothing hangs on how rooms are called.
 */
export class Nodes {
  readonly #options: NodesOptions;
  readonly #roster = new Roster();
  readonly #handlers = new Map<string, Handler>();
  readonly #questions = new Map<string, Question>();
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(options: NodesOptions) {
    this.#options = options;
    if (options.isAlone) return;
    options.namespace.on(NODE_EVENT as 'connection', (message: unknown) => this.#hear(message));
    this.#timer = setInterval(() => this.#emit({ kind: 'here', ...this.#name, isNew: false }), HERE_EVERY_MS).unref();
    this.#emit({ kind: 'here', ...this.#name, isNew: true });
  }

  /** The other nodes that were heard of lately. */
  peers(): string[] {
    return this.#roster.names();
  }

  /** What this node does when another tells or asks something; what it returns is the answer. */
  on(topic: string, handler: Handler): void {
    this.#handlers.set(topic, handler);
  }

  /** Tells all nodes, this one too, at most once: who cannot be reached does not hear it. */
  tell(topic: string, body: object): void {
    this.#emit({ kind: 'tell', ...this.#name, topic, body });
    this.#handle(topic, body);
  }

  /** Asks all nodes, this one too; resolves when each that was heard of lately has answered, or after two seconds. */
  async ask(topic: string, body: object): Promise<Answers> {
    const id = randomUUID();
    const expected = this.#roster.names();
    const own = { node: this.#options.node, body: this.#handle(topic, body) };
    if (expected.length === 0) return { answers: [own], missing: [] };
    const { promise, resolve } = Promise.withResolvers<void>();
    const question: Question = {
      ...{ unanswered: new Set(expected), waitingFor: new Set(this.#roster.lively()) },
      ...{ answers: [own], done: resolve },
    };
    this.#questions.set(id, question);
    this.#emit({ kind: 'ask', ...this.#name, id, topic, body });
    if (question.waitingFor.size === 0) resolve();
    const late = setTimeout(resolve, ANSWER_MAX_MS);
    await promise;
    clearTimeout(late);
    this.#questions.delete(id);
    return { answers: question.answers, missing: this.#roster.among(question.unanswered) };
  }

  /** Says goodbye: others need not wait for this node any more. */
  close(): void {
    clearInterval(this.#timer);
    if (!this.#options.isAlone) this.#emit({ kind: 'gone', ...this.#name });
  }

  get #name(): { node: string; host: string } {
    const { node, host } = this.#options;
    return { node, host };
  }

  #hear(raw: unknown): void {
    const parsed = nodeMessageSchema.safeParse(raw);
    if (!parsed.success) return;
    const message = parsed.data;
    if (message.kind === 'gone') {
      this.#roster.remove(message.node);
      for (const question of this.#questions.values()) this.#strike(question, message.node);
      return;
    }
    this.#roster.heard(message);
    if (message.kind === 'here' && message.isNew) this.#emit({ kind: 'here', ...this.#name, isNew: false });
    if (message.kind === 'tell') this.#handle(message.topic, message.body);
    if (message.kind === 'ask') {
      const body = this.#handle(message.topic, message.body);
      this.#emit({ kind: 'answer', ...this.#name, id: message.id, body });
    }
    if (message.kind === 'answer') {
      const question = this.#questions.get(message.id);
      if (!question) return;
      question.answers.push({ node: message.node, body: message.body });
      this.#strike(question, message.node);
    }
  }

  #strike({ unanswered, waitingFor, done }: Question, node: string): void {
    unanswered.delete(node);
    waitingFor.delete(node);
    if (waitingFor.size === 0) done();
  }

  #handle(topic: string, body: unknown): unknown {
    return this.#handlers.get(topic)?.(body);
  }

  #emit(message: NodeMessage): void {
    if (!this.#options.isAlone) this.#options.namespace.serverSideEmit(NODE_EVENT, message);
  }
}
