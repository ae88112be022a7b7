/// An untrusted answer of a solver.
public enum SolveOutcome: Hashable, Sendable {
  /// The solver says that no point is better than `candidate` by more than rounding.
  case claimedOptimal(candidate: [Double], claimedBound: Double)
  /// The solver says that there is no point at all.
  ///
  /// With a cutoff, solvers cannot tell this from `claimedCutoff` and may report either.
  case claimedInfeasible
  /// The solver says that no point is strictly better than the cutoff.
  ///
  /// `claimedBound` is at least as good as every point and not better than the cutoff.
  case claimedCutoff(claimedBound: Double)
  /// A limit ended the search; the best candidate and the best bound so far, if any.
  case stopped(Limit, candidate: [Double]?, claimedBound: Double?)
}
