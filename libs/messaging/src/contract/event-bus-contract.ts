import { afterEach, beforeEach } from '@jest/globals';
import type { EventBus } from '../event-bus.ts';
import { describeClosing } from './closing-contract.ts';
import { ContractFixture } from './contract-fixture.ts';
import { describeFaults } from './fault-contract.ts';
import { describeOrder } from './order-contract.ts';
import { describePublishing } from './publish-contract.ts';
import { describeStart } from './start-contract.ts';

/** What every driver of the port must do, as tests; to be called inside a `describe`. */
export function describeEventBusContract(open: () => EventBus): void {
  const fixture = new ContractFixture();
  beforeEach(() => fixture.set(open()));
  afterEach(() => fixture.bus.close());
  describeOrder(fixture);
  describeStart(fixture);
  describeFaults(fixture);
  describeClosing(fixture);
  describePublishing(fixture);
}
