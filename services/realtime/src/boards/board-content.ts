import type { RoomContent } from '../made-rooms/computed-rooms.ts';
import type { MarketQuotes } from '../movers/market-quotes.ts';
import type { Room } from '../rooms/room-name.ts';
import type { BoardMembers } from './board-members.ts';
import { summarizeBoard } from './summarize-board.ts';

/** What rooms `board:NAME` say. */
export function boardContent(members: BoardMembers, quotes: MarketQuotes): RoomContent {
  return {
    type: 'board',
    require: (room) => members.require(boardOf(room)),
    prepare: () => quotes.prepare(),
    compute(room) {
      const board = boardOf(room);
      const symbols = members.of(board);
      const known = symbols.flatMap((symbol) => quotes.of(symbol) ?? []);
      return summarizeBoard(board, symbols.length, known);
    },
  };
}

function boardOf(room: Room): string {
  if (room.kind !== 'board') throw new TypeError(`expected a room of a board, was ${room.name}`);
  return room.board;
}
