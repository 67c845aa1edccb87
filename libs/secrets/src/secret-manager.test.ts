import { describe, expect, it } from '@jest/globals';
import { parseKeyRing } from './keys/key-ring.ts';
import { generateMasterKey } from './keys/master-key.ts';
import { createSecretManager, isSealed } from './secret-manager.ts';

const [oldKey, newKey] = [generateMasterKey(), generateMasterKey()];
const before = createSecretManager(parseKeyRing(oldKey));
const during = createSecretManager(parseKeyRing(`${newKey},${oldKey}`));
const after = createSecretManager(parseKeyRing(newKey));

describe('values of the configuration', () => {
  it('are sealed as enc: and a Fernet token, and opened again', () => {
    const sealed = before.seal('p@ss\n密');
    expect(sealed).toMatch(/^enc:gAAAA/);
    expect(isSealed(sealed)).toBe(true);
    expect(before.open('A', sealed)).toBe('p@ss\n密');
    expect(before.open('A', 'plain')).toBe('plain');
  });

  it('tell how they are kept, while the key is rotated', () => {
    const sealed = before.seal('x');
    expect([before, during, after].map((manager) => manager.stateOf(sealed))).toEqual(['current', 'old', 'unreadable']);
    expect([before, during, after].map((manager) => manager.stateOf('x'))).toEqual(['plain', 'plain', 'plain']);
    expect(during.open('A', sealed)).toBe('x');
    expect(() => after.open('A', sealed)).toThrow('A: was sealed with a key that is not in the ring, or was changed');
  });
});
