import { describe, expect, it } from '@jest/globals';
import { barMessage, tickMessage } from '../../tests/messages.ts';
import { Chain } from './chain.ts';

function chainAt(seq: number): Chain {
  const chain = new Chain();
  chain.advance({ epoch: 'e1', seq });
  return chain;
}

describe('Chain', () => {
  it('takes any message first', () => {
    expect(new Chain().judge(tickMessage(7, { prevSeq: 6 }))).toEqual({ kind: 'next' });
    expect(new Chain().position).toBeUndefined();
  });

  it('takes what follows, also upon one that it never saw the predecessor of', () => {
    expect(chainAt(7).judge(tickMessage(8, { prevSeq: 7 }))).toEqual({ kind: 'next' });
    expect(chainAt(7).judge(tickMessage(12, { prevSeq: 5 }))).toEqual({ kind: 'next' });
  });

  it('names what is missing before a message that follows on a later one', () => {
    expect(chainAt(7).judge(tickMessage(12, { prevSeq: 11 }))).toEqual({ kind: 'missing', from: 8, to: 11 });
  });

  it('holds a message without predecessor for a snapshot, before which something may be missing', () => {
    expect(chainAt(7).judge(tickMessage(12))).toEqual({ kind: 'missing', from: 8, to: 11 });
    expect(chainAt(7).judge(tickMessage(8))).toEqual({ kind: 'next' });
  });

  it('knows what it had, except states and amendments of bars', () => {
    expect(chainAt(7).judge(tickMessage(7))).toEqual({ kind: 'known' });
    expect(chainAt(7).judge(tickMessage(3, { prevSeq: 2 }))).toEqual({ kind: 'known' });
    expect(chainAt(7).judge(barMessage(1, 7, { final: true }))).toEqual({ kind: 'next' });
    expect(chainAt(7).judge(barMessage(0, 3, { final: true }))).toEqual({ kind: 'next' });
  });

  it('notices another epoch, and starts from there', () => {
    const chain = chainAt(7);
    expect(chain.judge(tickMessage(1, { epoch: 'e2' }))).toEqual({ kind: 'epoch' });
    chain.advance({ epoch: 'e2', seq: 1 });
    expect(chain.position).toEqual({ epoch: 'e2', seq: 1 });
  });

  it('knows what it had of a former epoch, which a node that is behind may begin with', () => {
    const chain = chainAt(7);
    chain.advance({ epoch: 'e2', seq: 3 });
    expect(chain.judge(tickMessage(7))).toEqual({ kind: 'known' });
    expect(chain.judge(tickMessage(2, { epoch: 'e2' }))).toEqual({ kind: 'known' });
    expect(chain.judge(tickMessage(8))).toEqual({ kind: 'epoch' });
    chain.advance({ epoch: 'e1', seq: 8 });
    expect(chain.judge(tickMessage(9, { prevSeq: 8 }))).toEqual({ kind: 'next' });
    expect(chain.judge(tickMessage(3, { epoch: 'e2' }))).toEqual({ kind: 'known' });
  });

  it('remembers so many epochs only', () => {
    const chain = chainAt(7);
    for (let epoch = 2; epoch <= 12; epoch++) chain.advance({ epoch: `e${epoch}`, seq: 5 });
    expect(chain.judge(tickMessage(7))).toEqual({ kind: 'epoch' });
    expect(chain.judge(tickMessage(5, { epoch: 'e8' }))).toEqual({ kind: 'known' });
  });

  it('does not go back within an epoch', () => {
    const chain = chainAt(7);
    chain.advance({ epoch: 'e1', seq: 3 });
    expect(chain.position).toEqual({ epoch: 'e1', seq: 7 });
  });
});
