import { describe, expect, it } from '@jest/globals';
import { wordRefusal } from './subscribe.ts';

describe('a refusal', () => {
  it.each([
    ['tick:9: expected an instrument', 'tick:9 was refused: expected an instrument'],
    [
      'tick:9 is subscribed to in mode raw, expected no other mode',
      'tick:9 was refused: it is subscribed to in mode raw, expected no other mode',
    ],
    ['the fleet cannot be reached', 'tick:9 was refused: the fleet cannot be reached'],
  ])('that reads "%s" names the room once', (message, said) => {
    expect(wordRefusal('tick:9', new Error(message))).toBe(said);
  });
});
