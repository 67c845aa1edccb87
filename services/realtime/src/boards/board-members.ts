import { AppError } from '@quotefleet/service-kit';
import { RoomError } from '../rooms/room-name.ts';
import { BOARD_FORMS, type BoardName, readBoardName } from './board-name.ts';

const FRESH_MS = 5 * 60_000;
/** News of instruments come by the thousand where a day begins. */
const CHANGED_FRESH_MS = 10_000;
/** Longer than a call may take. */
const RETRY_MS = 10_000;
/** Boards remembered; the one asked for longest ago goes. */
const BOARDS_MAX = 5000;

interface Members {
  symbols: readonly string[];
  /** When they were asked for, ms since the epoch. */
  askedAt: number;
  /** They are not asked for again before. */
  notBefore: number;
}

interface BoardMembersContext {
  load: (name: BoardName) => Promise<string[]>;
  onLoadFailed: (board: string, error: unknown) => void;
  now?: () => number;
}

/** Who belongs to which board: asked of market-data, and again every few minutes while somebody wants to know. */
export class BoardMembers {
  readonly #context: BoardMembersContext;
  readonly #now: () => number;
  readonly #known = new Map<string, Members>();
  readonly #asking = new Map<string, Promise<void>>();
  #changedAt = 0;

  constructor(context: BoardMembersContext) {
    this.#context = context;
    this.#now = context.now ?? Date.now;
  }

  /** Instruments have changed: members are asked for again before long. */
  changed(): void {
    this.#changedAt = this.#now();
  }

  /**
   * Resolves once the members of a board are known.
   * @throws RoomError where there is no such board, or that cannot be told now
   */
  async require(board: string): Promise<void> {
    const name = readBoardName(board);
    if (!name) throw new RoomError('NOT_FOUND', `unknown board ${board}, expected ${BOARD_FORMS}`);
    if (this.#known.has(board)) return;
    const asking = this.#asking.get(board) ?? this.#ask(board, name).finally(() => this.#asking.delete(board));
    this.#asking.set(board, asking);
    await asking;
  }

  /** What is known of a board's members; it is refreshed behind the answer where it has grown old. */
  of(board: string): readonly string[] {
    const known = this.#known.get(board);
    if (known && this.#isStale(known)) void this.#refresh(board, known);
    return known?.symbols ?? [];
  }

  #isStale({ askedAt, notBefore }: Members): boolean {
    const now = this.#now();
    return now >= notBefore && (now - askedAt >= FRESH_MS || this.#changedAt >= askedAt);
  }

  async #ask(board: string, name: BoardName): Promise<void> {
    try {
      const askedAt = this.#now();
      this.#remember(board, askedAt, await this.#context.load(name));
    } catch (error) {
      if (error instanceof AppError && error.code === 'NOT_FOUND')
        throw new RoomError('NOT_FOUND', `unknown board ${board}: ${error.message}`);
      throw new RoomError('UNAVAILABLE', `cannot tell now who belongs to ${board}, try again`, { cause: error });
    }
  }

  async #refresh(board: string, known: Members): Promise<void> {
    const name = readBoardName(board);
    if (!name) return;
    const askedAt = this.#now();
    // One at a time: what is asked for is not stale.
    known.notBefore = askedAt + RETRY_MS;
    try {
      this.#remember(board, askedAt, await this.#context.load(name));
    } catch (error) {
      this.#context.onLoadFailed(`board:${board}`, error);
    }
  }

  #remember(board: string, askedAt: number, symbols: readonly string[]): void {
    this.#known.delete(board);
    this.#known.set(board, { symbols, askedAt, notBefore: askedAt + CHANGED_FRESH_MS });
    if (this.#known.size > BOARDS_MAX) this.#known.delete(this.#known.keys().next().value ?? '');
  }
}
