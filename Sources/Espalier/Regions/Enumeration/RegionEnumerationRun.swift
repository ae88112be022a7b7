internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// An enumeration while it runs.
struct RegionEnumerationRun {
  let replay: PatternReplay
  private(set) var regions: [FoundRegion] = []
  private var known: Set<OpenUnitPattern> = []
  /// Patterns that are cut off although no point shows them, undecided and proved empty.
  private var unconfirmed: Set<OpenUnitPattern> = []
  private var refuted: Set<OpenUnitPattern> = []
  /// The patterns that were cut off and that are to be, in order.
  private var cutPatterns: [OpenUnitPattern] = []
  private var cuts: [MILPRow] = []
  private var solveCount = 0
  private var replayCount = 0

  /// An enumeration that has found nothing yet.
  init(replay: PatternReplay) { self.replay = replay }

  /// Takes a region unless it is known; true if it is new.
  @discardableResult
  mutating func add(_ region: FoundRegion?) -> Bool {
    guard let region, known.insert(region.pattern).inserted else { return false }
    regions.append(region)
    cutPatterns.append(region.pattern)
    return true
  }

  /// Solves once more: a new region or an excluded pattern, or else why there is nothing to do.
  mutating func advance(
    _ model: PatternModel, solver: any MILPSolver, limits: SolveLimits
  ) -> RegionEnumerationResult.End? {
    cuts += cutPatterns.dropFirst(cuts.count).map { model.cut($0) }
    guard let program = model.model(extraRows: cuts) else { return .unfit }
    solveCount += 1
    var isNew = false
    let outcome: SolveOutcome
    do throws(SolverError) {
      outcome = try solver.solve(
        program, limits: limits,
        onIncumbent: { candidate in
          if replayRegions(candidate) { isNew = true }
          return isNew ? .stop : .keepSearching
        })
    } catch {
      return isNew ? nil : .failed(error)
    }
    if isNew { return nil }
    switch outcome {
    case .claimedInfeasible, .claimedCutoff: return .claimedComplete
    case .stopped(let limit, _, _): return .limit(limit)
    case .claimedOptimal(let candidate, let bound):
      if replayRegions(candidate) { return nil }
      if bound <= RegionEnumeration.smallestMargin { return .claimedComplete }
      return exclude(model.claimedPattern(of: candidate))
    }
  }

  /// What was found, with the reason that it ended.
  func result(_ end: RegionEnumerationResult.End) -> RegionEnumerationResult {
    RegionEnumerationResult(
      openUnits: replay.openUnits, regions: regions,
      unconfirmedCount: unconfirmed.subtracting(known).count, refutedCount: refuted.count,
      end: end, solveCount: solveCount, replayCount: replayCount)
  }

  private mutating func replayRegions(_ candidate: [Double]) -> Bool {
    replayCount += 1
    var isNew = false
    for region in replay.regions(near: Array(candidate[..<replay.state.domain.inputCount])) {
      if add(region) { isNew = true }
    }
    return isNew
  }

  /// Settles exactly a pattern that the solver claims and no replayed point shows.
  private mutating func exclude(_ pattern: OpenUnitPattern) -> RegionEnumerationResult.End? {
    guard !cutPatterns.contains(pattern) else {
      return .failed(
        .inconsistent(solver: "the solver", reason: "it claims a pattern that was cut off"))
    }
    let cell = PatternCell(
      state: replay.state, openUnits: replay.openUnits, pattern: pattern)
    switch cell.decide() {
    case .region(let solution):
      if add(replay.region(of: pattern, near: solution)) { return nil }
      unconfirmed.insert(pattern)
    case .empty: refuted.insert(pattern)
    case .undecided: unconfirmed.insert(pattern)
    }
    cutPatterns.append(pattern)
    return nil
  }
}
