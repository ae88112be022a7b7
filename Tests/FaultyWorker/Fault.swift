/// What a faulty worker does instead of its work, or to it.
enum Fault: String {
  /// Ends by a signal, as after a wild pointer.
  case crash
  /// Ends by an assertion.
  case abort
  /// Ends in the middle of its answer.
  case half
  /// Answers nothing and stays.
  case hang
  /// Answers bytes that mean nothing, in a frame or without one.
  case garbage
  /// Answers, and says more than it was asked.
  case chatter
  /// Answers with a proof whose multipliers are altered.
  case multipliers
  /// Answers with a proof that lacks branches.
  case leaves
  /// Answers with an input that does not show the sign, or lies outside the domain.
  case witness
  /// Answers with inputs that have too few numbers, or numbers beyond all measure.
  case shape
  /// Answers another query than the one it was asked.
  case other
  /// Has solvers that claim wrong optima, with points and multipliers that are wrong.
  case optimum
  /// Has solvers that claim right optima with wrong multipliers.
  case duals
  /// Has solvers that claim that there is no point.
  case infeasible

  /// True if the worker's solvers lie, and not the worker.
  var isOfSolvers: Bool {
    switch self {
    case .optimum, .duals, .infeasible: true
    case .crash, .abort, .half, .hang, .garbage, .chatter, .multipliers, .leaves, .witness, .shape,
      .other:
      false
    }
  }
}
