export default class ClosingLineReporter {}
