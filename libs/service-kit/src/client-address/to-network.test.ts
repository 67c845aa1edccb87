import { describe, expect, it } from '@jest/globals';
import { toNetwork } from './to-network.ts';

describe('what an address is counted by', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::ffff:c000:207', '192.0.2.7'],
    ['', ''],
    ['user:1', 'user:1'],
  ])('is of %s: %s', (address, network) => {
    expect(toNetwork(address)).toBe(network);
  });
});
