internal import MILP
internal import NeuralNetwork

/// Trials with random parities while they run.
struct ParityRun {
  private let replay: PatternReplay
  private let model: PatternModel?
  private var regions: [FoundRegion]
  private var known: Set<OpenUnitPattern>
  private var solveCount = 0

  /// A run that knows some regions.
  init(replay: PatternReplay, model: PatternModel?, known: [FoundRegion]) {
    self.replay = replay
    self.model = model
    // What others say is a region is replayed like everything else.
    regions = known.compactMap { replay.region(at: $0.point) }
    self.known = Set(regions.map(\.pattern))
  }

  /// True if a region that meets all parities is known or can be found.
  mutating func hasRegion(
    meeting parities: [ParityConstraint], solver: any MILPSolver, limits: SolveLimits
  ) -> Bool {
    func meetsAll(_ pattern: OpenUnitPattern) -> Bool {
      parities.allSatisfy { $0.holds(for: pattern) }
    }
    if known.contains(where: meetsAll) { return true }
    guard let program = program(parities), let model else { return false }
    solveCount += 1
    var isFound = false
    do throws(SolverError) {
      let outcome = try solver.solve(
        program, limits: limits,
        onIncumbent: { candidate in
          isFound = add(near: candidate).contains(where: meetsAll)
          return isFound ? .stop : .keepSearching
        })
      if isFound { return true }
      guard case .claimedOptimal(let candidate, _) = outcome else { return false }
      if add(near: candidate).contains(where: meetsAll) { return true }
      let pattern = model.claimedPattern(of: candidate)
      return meetsAll(pattern) && confirm(pattern)
    } catch {
      // A solver that fails ends the trial, no more.
      return isFound
    }
  }

  /// What was found.
  func result(_ survivals: [Int], limit: Limit?) -> ParityResult {
    ParityResult(survivals: survivals, regions: regions, solveCount: solveCount, limit: limit)
  }

  private func program(_ parities: [ParityConstraint]) -> MILPModel? {
    guard let model else { return nil }
    var columns: [MILPColumn] = []
    var rows: [MILPRow] = []
    for parity in parities {
      rows.append(
        parity.row(binaries: model.binaries, slack: model.columns.count + columns.count))
      columns.append(parity.slackColumn)
    }
    return model.model(extraColumns: columns, extraRows: rows)
  }

  /// Takes the regions at a solver's point; returns their patterns.
  private mutating func add(near candidate: [Double]) -> [OpenUnitPattern] {
    let found = replay.regions(near: Array(candidate[..<replay.state.domain.inputCount]))
    for region in found { add(region) }
    return found.map(\.pattern)
  }

  private mutating func add(_ region: FoundRegion) {
    if known.insert(region.pattern).inserted { regions.append(region) }
  }

  /// True if an exact program shows that the pattern has a region.
  private mutating func confirm(_ pattern: OpenUnitPattern) -> Bool {
    let cell = PatternCell(state: replay.state, openUnits: replay.openUnits, pattern: pattern)
    guard case .region(let solution) = cell.decide(),
      let region = replay.region(of: pattern, near: solution)
    else { return false }
    add(region)
    return true
  }
}
