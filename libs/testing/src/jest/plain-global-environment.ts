import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

/**
 * Jest's environment of Node, with a global object as a program has it. Jest's own is a proxy behind an interceptor:
 * each `Math` or `Number` in a test or its sources then costs what a call costs, and loops over many rows take three
 * times as long as they do in a service.
 */
export default class PlainGlobalEnvironment extends TestEnvironment {
  constructor(...options: ConstructorParameters<typeof TestEnvironment>) {
    const { createContext } = vm;
    // The one call that its constructor makes of it has no option for this.
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(...options);
    } finally {
      vm.createContext = createContext;
    }
  }
}
