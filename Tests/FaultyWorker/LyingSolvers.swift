internal import CBCBackend
internal import MILP

/// When solvers lie; shared by all solvers of a worker.
final class LieSwitch: @unchecked Sendable {
  /// The lie that is told now; nil for the truth.
  var fault: Fault?
  /// Where random numbers of the lies come from.
  var generator = FaultGenerator(state: 0)
  /// The lies so far.
  private(set) var count = 0

  /// The lie to tell now, counted.
  func take() -> Fault? {
    guard let fault, generator.next() % 2 == 0 else { return nil }
    count += 1
    return fault
  }
}

/// CLP with wrong answers.
struct LyingLPEngine: LPEngine {
  let lies: LieSwitch

  func makeSession(_ model: MILPModel) throws(SolverError) -> any LPSession {
    LyingLPSession(truth: try CLPSolver().makeSession(model), lies: lies)
  }
}

/// One linear program with wrong answers.
final class LyingLPSession: LPSession {
  private let truth: any LPSession
  private let lies: LieSwitch

  init(truth: any LPSession, lies: LieSwitch) { (self.truth, self.lies) = (truth, lies) }

  func setObjective(_ objective: [Double]) { truth.setObjective(objective) }

  func setColumnBounds(_ column: Int, lower: Double, upper: Double) {
    truth.setColumnBounds(column, lower: lower, upper: upper)
  }

  func setRowBounds(_ row: Int, lower: Double, upper: Double) {
    truth.setRowBounds(row, lower: lower, upper: upper)
  }

  func solve(iterationLimit: Int) throws(SolverError) -> LPOutcome {
    let outcome = try truth.solve(iterationLimit: iterationLimit)
    guard case .claimedOptimal(let value, let point, let duals) = outcome, let lie = lies.take()
    else { return outcome }
    switch lie {
    case .infeasible:
      return .claimedInfeasible(ray: lies.generator.next() % 2 == 0 ? nil : altered(duals))
    case .duals: return .claimedOptimal(value: value, point: point, rowDuals: altered(duals))
    default:
      let size = abs(value) + 1
      return .claimedOptimal(
        value: value - size * (1 + lies.generator.fraction()), point: altered(point),
        rowDuals: lies.generator.next() % 2 == 0 ? duals : altered(duals))
    }
  }

  private func altered(_ numbers: [Double]) -> [Double] {
    numbers.map { number in
      switch lies.generator.next() % 4 {
      case 0: -number
      case 1: number * 2 + 0.125
      case 2: 0
      default: number
      }
    }
  }
}

/// CBC with wrong answers.
struct LyingMILPSolver: MILPSolver {
  let lies: LieSwitch

  func solve(
    _ model: MILPModel, limits: SolveLimits, onIncumbent: ([Double]) -> SolveAction
  ) throws(SolverError) -> SolveOutcome {
    guard let lie = lies.take() else {
      return try CBCSolver().solve(model, limits: limits, onIncumbent: onIncumbent)
    }
    guard lie == .optimum else { return .claimedInfeasible }
    let candidate = model.columns.map { $0.lower }
    _ = onIncumbent(candidate)
    return .claimedOptimal(candidate: candidate, claimedBound: limits.cutoff ?? 0)
  }
}
