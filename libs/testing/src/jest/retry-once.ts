import { jest } from '@jest/globals';

// Two workers, servers and load generators share whatever cores a build has: what fails there is tried once more, and
// both errors are printed. At a desk a test that fails now and then is to be seen failing.
jest.retryTimes(1, { logErrorsBeforeRetry: true });
