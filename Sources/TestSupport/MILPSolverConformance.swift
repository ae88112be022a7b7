public import MILP

/// The suite that every `MILPSolver` passes.
///
/// What a solver says is compared to answers worked out by hand or by `ReferenceSolver`.
public enum MILPSolverConformance {
  /// How far claims may be off: ten times what the solvers' own tolerances of 1e-9 can move an
  /// optimum of these models, whose numbers stay below 100.
  public static let tolerance = 1e-6

  /// Why the solver fails the case, or nil if it passes.
  public static func failure(of solver: any MILPSolver, in test: ConformanceCase) -> String? {
    var candidates: [[Double]] = []
    do {
      let outcome = try solver.solve(test.model, limits: test.limits) { candidate in
        candidates.append(candidate)
        return test.stopsAtFirstCandidate ? .stop : .keepSearching
      }
      return misfit(candidates, test) ?? misfit(outcome, test)
    } catch {
      return "\(test.name): \(error)"
    }
  }

  private static func misfit(_ candidates: [[Double]], _ test: ConformanceCase) -> String? {
    if test.stopsAtFirstCandidate && candidates.isEmpty { return "no candidate was shown" }
    for candidate in candidates {
      guard candidate.count == test.model.columns.count else { return "a short candidate" }
      let violation = test.model.largestViolation(at: candidate)
      guard violation <= tolerance else { return "a candidate misses the model by \(violation)" }
    }
    return nil
  }

  private static func misfit(_ outcome: SolveOutcome, _ test: ConformanceCase) -> String? {
    switch (test.expectation, outcome) {
    case (.optimum(let optimum), .claimedOptimal(let candidate, let bound)),
      (.stoppedOrOptimum(_, let optimum), .claimedOptimal(let candidate, let bound)):
      return misfit([candidate], test) ?? misfit(candidate, bound, optimum, test)
    case (
      .stoppedOrOptimum(let expected, let optimum), .stopped(let limit, let candidate, let bound)
    ):
      guard limit == expected else { return "expected \(expected), found \(limit)" }
      return misfit(candidate.map { [$0] } ?? [], test)
        ?? contradiction(candidate, bound, optimum, test)
    case (.infeasible, .claimedInfeasible), (.cutoff, .claimedInfeasible): return nil
    case (.cutoff, .claimedCutoff(let bound)):
      let cutoff = test.limits.cutoff ?? bound
      return test.model.sense.prefers(bound, over: cutoff) ? "the bound beats the cutoff" : nil
    default: return "expected \(test.expectation), found \(outcome)"
    }
  }

  private static func misfit(
    _ candidate: [Double], _ bound: Double, _ optimum: Double, _ test: ConformanceCase
  ) -> String? {
    let value = test.model.objectiveValue(at: candidate)
    guard abs(value - optimum) <= tolerance else {
      return "expected the optimum \(optimum), found a candidate of \(value)"
    }
    guard abs(bound - optimum) <= tolerance else {
      return "expected the optimum \(optimum), found the bound \(bound)"
    }
    return nil
  }

  private static func contradiction(
    _ candidate: [Double]?, _ bound: Double?, _ optimum: Double, _ test: ConformanceCase
  ) -> String? {
    // As a maximization.
    let sign: Double = test.model.sense == .maximize ? 1 : -1
    if let candidate, sign * (test.model.objectiveValue(at: candidate) - optimum) > tolerance {
      return "a candidate beats the optimum \(optimum)"
    }
    if let bound, sign * (optimum - bound) > tolerance {
      return "the optimum \(optimum) beats the bound \(bound)"
    }
    return nil
  }
}
