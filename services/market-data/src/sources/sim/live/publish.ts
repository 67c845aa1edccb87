import type { Tick } from '@quotefleet/domain';
import { indicateClosing, indicateOpening, matchClosing, matchOpening, tradeAfterHours } from './auctions.ts';
import type { Publisher } from './live-day.ts';
import { membersValue, toIndexTick, updateIndex } from './live-index.ts';
import { toTick } from './live-security.ts';
import { SLOTS, type Slot } from './timeline.ts';
import { moveValue, type SlotFactors, trade } from './trading.ts';

export interface PublishSetting {
  slot: number;
  factors: SlotFactors;
  ts: number;
  epoch: string;
  /** The number the next tick of the symbol takes. */
  seq: number;
}

/** Lets a publisher live through a slot. Returns its snapshot, or undefined when it has nothing to tell. */
export function publish(publisher: Publisher, { slot, factors, ts, epoch, seq }: PublishSetting): Tick | undefined {
  const at = SLOTS[slot];
  if (!at) throw new RangeError(`expected a slot of the day, was ${slot}`);
  const { index, security } = publisher;
  if (index) {
    if (at.kind === 'opening-auction' || at.kind === 'after-hours') return undefined;
    updateIndex(index);
    return toIndexTick(index, { ts, seq, epoch, phase: index.phases[at.kind] });
  }
  if (security) security.prints.length = 0;
  if (!security || !act(publisher, slot, at, factors)) return undefined;
  return publisher.isShown ? toTick(security, { ts, seq, epoch, phase: security.plan.phases[at.kind] }) : undefined;
}

function act(publisher: Publisher, slot: number, { kind, progress }: Slot, factors: SlotFactors): boolean {
  const { security } = publisher;
  if (!security) return false;
  switch (kind) {
    case 'opening-auction':
      indicateOpening(security, progress);
      return true;
    case 'open':
      matchOpening(security);
      return true;
    case 'trade':
      tradeSlot(publisher, slot, factors);
      return true;
    case 'lunch':
      return true;
    case 'closing':
      if (security.plan.closesByAuction) indicateClosing(security, progress);
      else tradeSlot(publisher, slot, factors);
      return true;
    case 'close':
      matchClosing(security);
      return true;
    case 'after-hours':
      return tradeAfterHours(security);
  }
}

function tradeSlot({ security, members }: Publisher, slot: number, factors: SlotFactors): void {
  if (!security) return;
  if (members) {
    const { plan } = security;
    security.value = Math.log((membersValue(members) * plan.basketScale) / plan.pre);
  } else {
    moveValue(security, slot, factors);
  }
  trade(security, slot);
}
