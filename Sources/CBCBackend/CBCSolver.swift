internal import CBCShim
public import MILP

/// Mixed-integer programs by CBC, a fresh search per query, without preprocessing.
///
/// Models without integer columns go to CLP, as CBC's statuses mean other things there.
public struct CBCSolver: MILPSolver {
  static let name = "CBC"

  /// The versions of CBC and CLP this was compiled against.
  public static let versions = unsafe String(cString: esp_versions())

  /// The solver; it has no options.
  public init() {}

  public func solve(
    _ model: MILPModel, limits: SolveLimits, onIncumbent: ([Double]) -> SolveAction
  ) throws(SolverError) -> SolveOutcome {
    guard model.columns.contains(where: \.isInteger) else {
      return try solveRelaxation(model, limits, onIncumbent)
    }
    let search = withoutActuallyEscaping(onIncumbent) { onIncumbent in
      Self.search(model, limits, onRelaxation: nil, onIncumbent: onIncumbent)
    }
    return try Self.outcome(of: search, model.sense, cutoff: limits.cutoff)
  }

  public func solve(
    _ model: MILPModel, limits: SolveLimits,
    onRelaxation: (_ point: [Double], _ isInTree: Bool) -> RelaxationAnswer,
    onIncumbent: ([Double]) -> SolveAction
  ) throws(SolverError) -> SolveOutcome {
    guard model.columns.contains(where: \.isInteger) else {
      return try solveRelaxation(model, limits, onIncumbent)
    }
    let search = withoutActuallyEscaping(onIncumbent) { onIncumbent in
      withoutActuallyEscaping(onRelaxation) { onRelaxation in
        Self.search(model, limits, onRelaxation: onRelaxation, onIncumbent: onIncumbent)
      }
    }
    return try Self.outcome(of: search, model.sense, cutoff: limits.cutoff)
  }

  private struct Search {
    var code: Int32
    var result: esp_mip_result
    var point: [Double]
    var stop: SearchListener.Stop?
  }

  private static func search(
    _ model: MILPModel, _ limits: SolveLimits,
    onRelaxation: (([Double], Bool) -> RelaxationAnswer)?,
    onIncumbent: @escaping ([Double]) -> SolveAction
  ) -> Search {
    let minimizedCutoff = limits.cutoff.map { model.sense.minimized($0) }
    let listener = SearchListener(
      columnCount: model.columns.count, minimizedCutoff: minimizedCutoff,
      onRelaxation: onRelaxation, onIncumbent: onIncumbent)
    var foreignLimits = esp_mip_limits(
      node_limit: Int32(clamping: limits.nodes), has_cutoff: minimizedCutoff == nil ? 0 : 1,
      cutoff: minimizedCutoff ?? 0, seconds: limits.seconds ?? 0)
    var result = esp_mip_result()
    var point = [Double](repeating: 0, count: model.columns.count)
    let code = withExtendedLifetime(listener) {
      let context = unsafe Unmanaged.passUnretained(listener).toOpaque()
      return unsafe ForeignModel(model).lend { foreign in
        unsafe esp_mip_solve(
          foreign, &foreignLimits, SearchListener.callback, listener.relaxationCallback, context,
          &result, &point)
      }
    }
    return Search(code: code, result: result, point: point, stop: listener.stop)
  }

  private static func outcome(
    of search: Search, _ sense: ObjectiveSense, cutoff: Double?
  ) throws(SolverError) -> SolveOutcome {
    try checkShimCode(search.code, solver: Self.name)
    let result = search.result
    let candidate = result.has_solution == 0 ? nil : search.point
    let claimedBound =
      result.best_bound.isUsableBound ? sense.minimized(result.best_bound) : nil
    switch search.stop {
    case .caller: return .stopped(.caller, candidate: candidate, claimedBound: claimedBound)
    case .cutoff(let bound): return .claimedCutoff(claimedBound: sense.minimized(bound))
    case nil: break
    }
    switch try CBCStatus(result) {
    case .exhausted:
      return cutoff.map { .claimedCutoff(claimedBound: $0) } ?? .claimedInfeasible
    case .optimal:
      let value = sense.minimized(result.objective_value)
      // CBC may end with a point that misses the cutoff.
      if let cutoff, !sense.prefers(value, over: cutoff) {
        return .claimedCutoff(claimedBound: cutoff)
      }
      return .claimedOptimal(candidate: search.point, claimedBound: claimedBound ?? value)
    case .stopped(let limit):
      return .stopped(limit, candidate: candidate, claimedBound: claimedBound)
    }
  }

  private func solveRelaxation(
    _ model: MILPModel, _ limits: SolveLimits, _ onIncumbent: ([Double]) -> SolveAction
  ) throws(SolverError) -> SolveOutcome {
    switch try CLPSession(model).solve(iterationLimit: .max) {
    case .claimedInfeasible: return .claimedInfeasible
    case .stopped(let limit): return .stopped(limit, candidate: nil, claimedBound: nil)
    case .claimedOptimal(let value, let point, _):
      if let cutoff = limits.cutoff, !model.sense.prefers(value, over: cutoff) {
        return .claimedCutoff(claimedBound: cutoff)
      }
      switch onIncumbent(point) {
      case .stop: return .stopped(.caller, candidate: point, claimedBound: value)
      case .keepSearching: return .claimedOptimal(candidate: point, claimedBound: value)
      }
    }
  }
}
